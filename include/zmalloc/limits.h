/* SPDX-License-Identifier: BSD-3-Clause
 * How much memory this process may use: the machine's, and what the system sets less. */
#ifndef ZMALLOC_LIMITS_H
#define ZMALLOC_LIMITS_H

#include <zmalloc/attributes.h>
#include <zmalloc/figure.h>

#ifdef __cplusplus
extern "C" {
#endif

/* cgroup figures are the least over the process's cgroup and all above it that are visible in the
 * process's cgroup namespace, of version 1 or 2 (Documentation/admin-guide/cgroup-v2.rst and
 * cgroup-v1/memory.rst of the kernel); cgroup usage is that of the one whose limit is the least. */
#define ZMALLOC_LIMIT_FIGURES(X, prefix)                                                           \
    X(prefix##memory_size, BYTES, "this process may use: the least of the limits")                 \
    X(prefix##physical, BYTES, "of RAM in the machine")                                            \
    X(prefix##cgroup_limit, BYTES, "the process's cgroups may use")                                \
    X(prefix##cgroup_soft_limit, BYTES, "above which the cgroups are slowed down or reclaimed")    \
    X(prefix##cgroup_usage, BYTES, "used by the cgroup that is limited most")                      \
    X(prefix##cgroup_swap_limit, BYTES, "of swap that the cgroups may use")                        \
    X(prefix##cgroup_swap_usage, BYTES, "of swap used by the cgroup that is limited most")         \
    X(prefix##address_space_limit, BYTES, "of address space: RLIMIT_AS")                           \
    X(prefix##data_limit, BYTES, "of data, anonymous mappings included: RLIMIT_DATA")              \
    X(prefix##swap_size, BYTES, "of swap in the machine")                                          \
    X(prefix##swap_free, BYTES, "of swap in the machine that is free")

struct zmalloc_memory_limits {
    size_t size;    /* set by the caller: see <zmalloc/figure.h> */
    uint32_t flags; /* set by the caller: 0 */
    uint32_t reserved;
    ZMALLOC_LIMIT_FIGURES(ZMALLOC_MEMBER_, )
};

/* The memory that this process may use: the least of physical memory, the limit of each cgroup that
 * the process is in or under, RLIMIT_AS and RLIMIT_DATA. Soft limits do not count. 0 where nothing is
 * known. Keeps errno. Since 1.0. */
size_t zmalloc_get_memory_size(void) ZMALLOC_LABEL(get_memory_size);

/* Each of these by itself, in *limits: "no limit" (ZMALLOC_UNLIMITED) is told apart from what cannot
 * be read. Returns 0, or -1 with errno EINVAL (size, flags), and *limits is as it was. Keeps errno
 * where it returns 0. Allocates nothing. Since 1.0. */
int zmalloc_get_memory_limits(struct zmalloc_memory_limits *limits)
    ZMALLOC_LABEL(get_memory_limits);

#ifdef __cplusplus
}
#endif

#endif
