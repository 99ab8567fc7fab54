/* SPDX-License-Identifier: BSD-3-Clause
 * The allocator's own figures, and what it can be asked to do. */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zmalloc.h>

#include "backend/backend.h"
#include "figure.h"
#include "internal.h"
#include "process/process.h"

ZMI_EXPORT int zmalloc_get_allocator_stats(struct zmalloc_allocator_stats *stats)
{
    uint32_t known_flags = ZMALLOC_STATS_REFRESH | ZMALLOC_STATS_ARENA;
    if (!zmi_figures_fit(stats, offsetof(struct zmalloc_allocator_stats, allocated), known_flags))
        return -1;
    int saved_errno = errno;
    struct zmalloc_allocator_stats own = {.flags = stats->flags, .arena = stats->arena};
#define UNKNOWN(name, unit, help) own.name = figure_unknown(ENOTSUP);
    ZMALLOC_ALLOCATOR_FIGURES(UNKNOWN, )
#undef UNKNOWN
    int error = zmi_backend_stats(&own);
    if (error != 0) {
        errno = error;
        return -1;
    }
    zmi_figures_give(stats, &own, sizeof(own));
    errno = saved_errno;
    return 0;
}

ZMI_EXPORT size_t zmalloc_purge(void)
{
    int saved_errno = errno;
    size_t before, after;
    bool has_before = zmi_process_rss("", &before) == 0;
    int error = zmi_backend_purge();
    bool has_both = has_before && zmi_process_rss("", &after) == 0;
    errno = error == 0 ? saved_errno : error;
    return error == 0 && has_both && after < before ? before - after : 0;
}

ZMI_EXPORT int zmalloc_background_thread(int on)
{
    int saved_errno = errno;
    int error = zmi_backend_background_thread(on != 0);
    errno = error == 0 ? saved_errno : error;
    return error == 0 ? 0 : -1;
}

ZMI_EXPORT void zmadvise_dontneed(void *ptr)
{
    if (ptr == NULL)
        return;
    int saved_errno = errno;
    /* Asked at run time: one arm64 or ppc64 binary runs on kernels of several page sizes. */
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = ((uintptr_t)ptr + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)ptr + backend_usable_size(ptr)) & ~(page - 1);
    /* Not MADV_FREE: pages that the system takes back when it likes count as resident until then.
     * Where it refuses (locked pages), the block is as it was. */
    if (end > begin)
        (void)madvise((void *)begin, end - begin, MADV_DONTNEED);
    errno = saved_errno;
}
