/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of what Linux alone tells, for other systems: they have no such figure. */
#include "process/process.h"

#include "figure.h"

#include <errno.h>

int zmi_process_private_dirty(const char *root, size_t *bytes)
{
    (void)root;
    (void)bytes;
    return ENOTSUP;
}

int zmi_process_smaps_field(const char *root, long pid, const char *field, size_t *bytes)
{
    (void)root, (void)pid, (void)field, (void)bytes;
    return ENOTSUP;
}

int zmi_process_stat(const char *root, long pid, int field, long long *value)
{
    (void)root, (void)pid, (void)field, (void)value;
    return ENOTSUP;
}

int zmi_process_status(const char *root, long pid, struct zmalloc_process_memory *memory)
{
    (void)root, (void)pid, (void)memory;
    return ENOTSUP;
}

void zmi_process_pages(const char *root, long pid, struct zmalloc_process_memory *memory)
{
    struct zmalloc_figure none = figure_unknown(ENOTSUP);
    (void)root, (void)pid;
    memory->pss = memory->private_dirty = memory->private_clean = none;
}

int zmi_process_mappings(const char *root, struct zmi_mappings *mappings)
{
    (void)root, (void)mappings;
    return ENOTSUP;
}

void zmi_cgroup_memory(const char *root, struct zmalloc_memory_limits *limits)
{
    (void)root;
    limits->cgroup_limit = limits->cgroup_soft_limit = limits->cgroup_usage =
        limits->cgroup_swap_limit = limits->cgroup_swap_usage = figure_unknown(ENOTSUP);
}
