/* SPDX-License-Identifier: BSD-3-Clause
 * Where the memory cgroup of a process is: the texts of /proc/PID/cgroup and /proc/PID/mountinfo in,
 * a directory out. No I/O, nothing allocated. */
#ifndef ZMI_CGROUP_PATH_H
#define ZMI_CGROUP_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct zmi_cgroup_path {
    char name[PATH_MAX]; /* of the cgroup, below the root of its hierarchy, as the kernel has it */
    bool v1;             /* of the hierarchy of version 1 that has the memory controller */
};

/* From /proc/self/cgroup (cgroups(7)): the hierarchy of version 1 that memory is bound to; where there
 * is none, that of version 2. ENODATA: neither. ENAMETOOLONG: a name that no path can hold. */
int zmi_cgroup_path_find(const char *text, size_t length, struct zmi_cgroup_path *path);

struct zmi_cgroup_mounts {
    const struct zmi_cgroup_path *path;
    bool found;
    size_t root_length; /* of the mount found so far: the one that shows least above the cgroup */
    size_t top_length;  /* of directory: its first characters are the mount point */
    char directory[PATH_MAX];
    size_t length;           /* of the line so far */
    char line[2 * PATH_MAX]; /* longer ones are no cgroup mounts that could be used */
};

/* Looks for where the hierarchy is mounted, in chunks of /proc/self/mountinfo (proc(5)). */
void zmi_cgroup_mounts_init(struct zmi_cgroup_mounts *mounts, const struct zmi_cgroup_path *path);
int zmi_cgroup_mounts_feed(struct zmi_cgroup_mounts *mounts, const char *text, size_t length);

#endif
