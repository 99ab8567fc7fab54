/* SPDX-License-Identifier: BSD-3-Clause
 * The figures of the process, with the fallbacks that the public functions promise. */
#include "process/process.h"

#include <errno.h>

#include <zmalloc.h>

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
