/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of a system that the library knows no figures of: it builds and works there,
 * and says that it has none. */
#include "process/process.h"

#include <errno.h>

int zmi_process_rss(const char *root, size_t *bytes)
{
    (void)root;
    (void)bytes;
    return ENOTSUP;
}

int zmi_process_private_dirty(const char *root, size_t *bytes)
{
    (void)root;
    (void)bytes;
    return ENOTSUP;
}
