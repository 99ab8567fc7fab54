/* SPDX-License-Identifier: BSD-3-Clause
 * The figures of the process, with the fallbacks that the public functions promise. */
#include "process/process.h"

#include <errno.h>

#include <zmalloc.h>

#include "figure.h"
#include "internal.h"

ZMI_EXPORT size_t zmalloc_get_rss(void)
{
    int saved_errno = errno;
    size_t bytes;
    if (zmi_process_rss("", &bytes) != 0)
        bytes = zmalloc_used_memory();
    errno = saved_errno;
    return bytes;
}

ZMI_EXPORT size_t zmalloc_get_private_dirty(void)
{
    int saved_errno = errno;
    size_t bytes;
    if (zmi_process_private_dirty("", &bytes) != 0)
        bytes = 0;
    errno = saved_errno;
    return bytes;
}

ZMI_EXPORT int zmalloc_get_process_memory(long pid, struct zmalloc_process_memory *memory)
{
    struct zmalloc_process_memory own = {0};
    (void)pid;
    if (!zmi_figures_fit(
            memory, offsetof(struct zmalloc_process_memory, rss), ZMALLOC_PROCESS_PAGES))
        return -1;
    zmi_figures_give(memory, &own, sizeof(own));
    return 0;
}

ZMI_EXPORT int
zmalloc_get_smaps_field(long pid, const char *field, size_t *bytes, uint64_t *elapsed)
{
    (void)pid, (void)field, (void)bytes, (void)elapsed;
    errno = ENOTSUP;
    return -1;
}

ZMI_EXPORT int zmalloc_get_process_stat(long pid, int field, long long *value)
{
    (void)pid, (void)field, (void)value;
    errno = ENOTSUP;
    return -1;
}
