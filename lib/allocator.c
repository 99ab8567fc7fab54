/* SPDX-License-Identifier: BSD-3-Clause
 * The allocator's own figures, and what it can be asked to do. */
#include <errno.h>

#include <zmalloc.h>

#include "figure.h"
#include "internal.h"

ZMI_EXPORT int zmalloc_get_allocator_stats(struct zmalloc_allocator_stats *stats)
{
    struct zmalloc_allocator_stats own = {0};
    uint32_t known_flags = ZMALLOC_STATS_REFRESH | ZMALLOC_STATS_ARENA;
    if (!zmi_figures_fit(stats, offsetof(struct zmalloc_allocator_stats, allocated), known_flags))
        return -1;
    zmi_figures_give(stats, &own, sizeof(own));
    return 0;
}

ZMI_EXPORT size_t zmalloc_purge(void)
{
    errno = ENOTSUP;
    return 0;
}

ZMI_EXPORT int zmalloc_background_thread(int on)
{
    (void)on;
    errno = ENOTSUP;
    return -1;
}

ZMI_EXPORT void zmadvise_dontneed(void *ptr)
{
    (void)ptr;
}

ZMI_EXPORT void zlibc_trim(void)
{
}
