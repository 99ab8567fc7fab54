/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of a system that the library knows no figures of: it builds and works there,
 * and says that it has none. */
#include "process/process.h"

#include "figure.h"

#include <errno.h>

int zmi_process_rss(const char *root, size_t *bytes)
{
    (void)root;
    (void)bytes;
    return ENOTSUP;
}

void zmi_machine_memory(const char *root, struct zmalloc_memory_limits *limits)
{
    (void)root;
    limits->physical = limits->swap_size = limits->swap_free = figure_unknown(ENOTSUP);
}
