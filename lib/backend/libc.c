/* SPDX-License-Identifier: BSD-3-Clause
 * Backends on the C library's allocator (libc, prefix, darwin): their name, and what it counts. */
#include "backend/backend.h"

#include <errno.h>
#include <stdlib.h>

#include <zmalloc.h>

#include "figure.h"

#ifdef __GLIBC__
#    include <malloc.h>
#endif

const char *zmi_backend_name(void)
{
    return "libc";
}

/* ---- What glibc counts ------------------------------------------------------------------------- */

#ifdef __GLIBC__
/* Over all arenas. Free blocks that a thread keeps to itself count as handed out, but those are small;
 * so does what stands in front of each block. */
struct counts {
    size_t handed_out;
    size_t free;
    size_t taken; /* from the system */
};

static struct counts count(void)
{
#    if __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
    return (struct counts){info.uordblks + info.hblkhd, info.fordblks, info.arena + info.hblkhd};
#    else /* int, and wraps: so does the difference of two */
    struct mallinfo info = mallinfo();
    return (struct counts){
        (size_t)(unsigned)info.uordblks + (size_t)(unsigned)info.hblkhd,
        (size_t)(unsigned)info.fordblks, (size_t)(unsigned)info.arena + (unsigned)info.hblkhd};
#    endif
}

static bool held(size_t *bytes)
{
    *bytes = count().handed_out;
    return true;
}
#    define HELD held
#else
#    define HELD NULL
#endif

static const char *const functions[] = {
    "calloc",
    "realloc",
    "posix_memalign",
#ifdef LIBC_SIZE_FUNCTION
    LIBC_SIZE_FUNCTION,
#endif
    NULL,
};

const struct backend_identity *zmi_backend_identity(void)
{
    static const struct backend_identity identity = {
        .process_malloc = malloc,
        .process_free = free,
        .process_functions = functions,
        .held = HELD,
    };
    return &identity;
}

/* ---- Its figures ------------------------------------------------------------------------------ */

#ifdef __GLIBC__
/* Before 2.33, sums of more than 4 GiB come out short on a machine that can have them. */
#    if __GLIBC_PREREQ(2, 33)
#        define COUNTS_WRAP false
#    else
#        define COUNTS_WRAP (sizeof(size_t) > sizeof(int))
#    endif

int zmi_backend_stats(struct zmalloc_allocator_stats *stats)
{
    if ((stats->flags & ZMALLOC_STATS_ARENA) != 0)
        return ENOTSUP;
    size_t used = zmalloc_used_memory();
    struct counts counts = count();
    size_t used_after = zmalloc_used_memory(); /* other threads may free a large block meanwhile */
    used = used_after < used ? used_after : used;
    /* Where another malloc() has taken the place of glibc's, glibc counts nothing, or less than is
     * held: numbers, but no figures. */
    int error = counts.taken == 0 || counts.taken < used ? ENODATA : COUNTS_WRAP ? EOVERFLOW : 0;
    if (error != 0) {
        stats->allocated = stats->resident = stats->mapped = stats->free_memory =
            figure_unknown(error);
        return 0;
    }
    stats->allocated = figure_at_most(counts.handed_out);
    /* malloc_trim() gives free pages back that lie between blocks, and does not take them off. */
    stats->resident = figure_at_most(counts.taken);
    stats->mapped = figure_at_most(counts.taken);
    stats->free_memory = figure_at_most(counts.free);
    return 0;
}

int zmi_backend_purge(void)
{
    malloc_trim(0);
    return 0;
}
#else
int zmi_backend_stats(struct zmalloc_allocator_stats *stats)
{
    return (stats->flags & ZMALLOC_STATS_ARENA) != 0 ? ENOTSUP : 0;
}

int zmi_backend_purge(void)
{
    return ENOTSUP;
}
#endif

int zmi_backend_background_thread(bool on)
{
    (void)on;
    return ENOTSUP;
}
