/* SPDX-License-Identifier: BSD-3-Clause
 * How much memory this process may use: the least of what the machine has, and of what the cgroups
 * and the resource limits leave. */
#include <errno.h>
#include <stdbool.h>
#include <sys/resource.h>

#include <zmalloc.h>

#include "figure.h"
#include "internal.h"
#include "process/process.h"

static struct zmalloc_figure resource_limit(int resource)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return figure_unknown(errno);
    return limit.rlim_cur == RLIM_INFINITY ? figure_unlimited() : figure_known(limit.rlim_cur);
}

static struct zmalloc_figure least(const struct zmalloc_memory_limits *limits)
{
    const struct zmalloc_figure candidates[] = {
        limits->physical, limits->cgroup_limit, limits->address_space_limit, limits->data_limit};
    struct zmalloc_figure found = figure_unknown(ENODATA);
    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        if (candidates[i].state == ZMALLOC_KNOWN &&
            (found.state != ZMALLOC_KNOWN || candidates[i].value < found.value))
            found = candidates[i];
    }
    return found;
}

static struct zmalloc_memory_limits read_all(void)
{
    struct zmalloc_memory_limits limits = {0};
    zmi_machine_memory("", &limits);
    zmi_cgroup_memory("", &limits);
    limits.address_space_limit = resource_limit(RLIMIT_AS);
    limits.data_limit = resource_limit(RLIMIT_DATA);
    limits.memory_size = least(&limits);
    return limits;
}

ZMI_EXPORT size_t zmalloc_get_memory_size(void)
{
    int saved_errno = errno;
    uint64_t bytes = read_all().memory_size.value;
    errno = saved_errno;
    return bytes > SIZE_MAX ? SIZE_MAX : (size_t)bytes;
}

ZMI_EXPORT int zmalloc_get_memory_limits(struct zmalloc_memory_limits *limits)
{
    int saved_errno = errno;
    if (!zmi_figures_fit(limits, offsetof(struct zmalloc_memory_limits, memory_size), 0))
        return -1;
    struct zmalloc_memory_limits own = read_all();
    zmi_figures_give(limits, &own, sizeof(own));
    errno = saved_errno;
    return 0;
}
