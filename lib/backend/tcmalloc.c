/* SPDX-License-Identifier: BSD-3-Clause
 * Backend tcmalloc: where its memory comes from, the name of the build that is running, and what that
 * tells of itself. */
#include "backend/backend.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmalloc/allocator.h>

#include "figure.h"

#if __has_include(<gperftools/malloc_extension_c.h>)
#    include <gperftools/malloc_extension_c.h>
#else /* before 2.0 */
#    include <google/malloc_extension_c.h>
#endif
#ifdef HAVE_TC_NALLOCX
#    include <gperftools/nallocx.h>
#endif

/* tcmalloc takes memory by sbrk() before it maps any, and so does the C library's malloc(), which the
 * rest of the process goes on using. sbrk() takes no lock that they share, so that both were given the
 * same memory when two threads called at once. From here on tcmalloc maps, as TCMALLOC_SKIP_SBRK=1 in
 * the environment would have it. A variable of C++; tcmalloc's own functions for C do not reach it. */
extern bool tcmalloc_skips_sbrk __asm__(
    "_ZN60FLAG__namespace_do_not_use_directly_use_DECLARE_bool_instead22FLAGS_malloc_skip_sbrkE")
    __attribute__((weak));

__attribute__((constructor)) static void leave_the_break_to_libc(void)
{
    if (&tcmalloc_skips_sbrk != NULL)
        tcmalloc_skips_sbrk = true;
}

static char name[64];

static void ask(void)
{
    int major, minor;
    const char *patch;
    tc_version(&major, &minor, &patch);
    snprintf(name, sizeof(name), "tcmalloc-%d.%d%s", major, minor, patch);
}

const char *zmi_backend_name(void)
{
    static pthread_once_t asked = PTHREAD_ONCE_INIT;
    pthread_once(&asked, ask);
    return name;
}

static bool held(size_t *bytes)
{
    return MallocExtension_GetNumericProperty("generic.current_allocated_bytes", bytes);
}

static enum backend_owns owns(const void *ptr)
{
#ifdef HAVE_MALLOCEXTENSION_GETOWNERSHIP
    switch (MallocExtension_GetOwnership(ptr)) {
    case MallocExtension_kOwned:
        return BACKEND_OWNS;
    case MallocExtension_kNotOwned:
        return BACKEND_OWNS_NOT;
    default:
        break;
    }
#else
    (void)ptr;
#endif
    return BACKEND_CANNOT_TELL;
}

const struct backend_identity *zmi_backend_identity(void)
{
    static const struct backend_identity identity = {
        .function = (void *)tc_malloc,
        .held = held,
        .owns = owns,
    };
    return &identity;
}

/* A sampled block takes whole pages, whatever its size; only the environment tells of sampling. */
static bool samples(void)
{
    const char *bytes = getenv("TCMALLOC_SAMPLE_PARAMETER");
    return bytes != NULL && strcmp(bytes, "0") != 0;
}

size_t zmi_backend_good_size(size_t size)
{
#ifdef HAVE_TC_NALLOCX
    return samples() ? 0 : tc_nallocx(size, 0);
#else
    (void)size;
    return 0;
#endif
}

/* ---- Its figures ------------------------------------------------------------------------------ */

/* gperftools/malloc_extension.h documents the properties; older builds lack some. */
static struct zmalloc_figure ask_property(const char *property)
{
    size_t bytes;
    return MallocExtension_GetNumericProperty(property, &bytes) ? figure_known(bytes)
                                                                : figure_unknown(ENOTSUP);
}

static struct zmalloc_figure sum(struct zmalloc_figure one, struct zmalloc_figure other)
{
    if (one.state != ZMALLOC_KNOWN)
        return one;
    return other.state == ZMALLOC_KNOWN ? figure_known(one.value + other.value) : other;
}

/* Each property is read at a moment of its own: a difference may come out below nothing. */
static struct zmalloc_figure difference(struct zmalloc_figure one, struct zmalloc_figure other)
{
    if (one.state != ZMALLOC_KNOWN)
        return one;
    if (other.state != ZMALLOC_KNOWN)
        return other;
    return figure_known(one.value > other.value ? one.value - other.value : 0);
}

int zmi_backend_stats(struct zmalloc_allocator_stats *stats)
{
    if ((stats->flags & ZMALLOC_STATS_ARENA) != 0)
        return ENOTSUP;
    struct zmalloc_figure unmapped = ask_property("tcmalloc.pageheap_unmapped_bytes");
    struct zmalloc_figure committed = difference(ask_property("generic.heap_size"), unmapped);
    /* With what tcmalloc uses for itself, which has no property of its own. Computed, not counted:
     * pages that nobody has touched yet are in it. */
    struct zmalloc_figure backed = ask_property("generic.total_physical_bytes");
    /* Without blocks in caches of any kind, and those are no part of each other. */
    stats->allocated = ask_property("generic.current_allocated_bytes");
    stats->dirty = ask_property("tcmalloc.pageheap_free_bytes");
    stats->active = difference(committed, stats->dirty);
    stats->resident = backed;
    stats->mapped = backed;
    stats->metadata = difference(backed, committed);
    stats->retained = unmapped;
    /* The central list has the free blocks of all pages that hold a block, or one that is cached. */
    stats->small_bin_fragmentation = ask_property("tcmalloc.central_cache_free_bytes");
    stats->shared_caches = ask_property("tcmalloc.transfer_cache_free_bytes");
    stats->thread_caches = ask_property("tcmalloc.current_total_thread_cache_bytes");
    stats->free_memory =
        sum(stats->dirty, sum(stats->small_bin_fragmentation, stats->shared_caches));
    return 0;
}

int zmi_backend_purge(void)
{
    /* First the calling thread's cache goes back to the central list: that may make pages free. */
#ifdef HAVE_MALLOCEXTENSION_MARKTHREADTEMPORARILYIDLE
    MallocExtension_MarkThreadTemporarilyIdle();
#else
    MallocExtension_MarkThreadIdle();
    MallocExtension_MarkThreadBusy();
#endif
    MallocExtension_ReleaseFreeMemory();
    return 0;
}

int zmi_backend_background_thread(bool on)
{
    (void)on;
    return ENOTSUP;
}
