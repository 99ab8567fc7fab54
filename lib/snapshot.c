/* SPDX-License-Identifier: BSD-3-Clause
 * All figures of one moment. */
#include <errno.h>

#include <zmalloc.h>

#include "figure.h"
#include "internal.h"

ZMI_EXPORT int zmalloc_snapshot(struct zmalloc_snapshot *snapshot)
{
    struct zmalloc_snapshot own = {0};
    if (!zmi_figures_fit(snapshot, offsetof(struct zmalloc_snapshot, time), 0))
        return -1;
    zmi_figures_give(snapshot, &own, sizeof(own));
    return 0;
}

ZMI_EXPORT int zmalloc_snapshot_write(const struct zmalloc_snapshot *snapshot, int fd, int format)
{
    (void)snapshot, (void)fd, (void)format;
    errno = EINVAL;
    return -1;
}

ZMI_EXPORT size_t zmalloc_snapshot_print(
    const struct zmalloc_snapshot *snapshot, char *buffer, size_t size, int format)
{
    (void)snapshot, (void)buffer, (void)size, (void)format;
    errno = EINVAL;
    return 0;
}

ZMI_EXPORT int zmalloc_snapshot_on_signal(int signal)
{
    (void)signal;
    errno = ENOENT;
    return -1;
}
