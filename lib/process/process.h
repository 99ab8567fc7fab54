/* SPDX-License-Identifier: BSD-3-Clause
 * THE CONTRACT of a process reader: the figures that the operating system keeps of a process.
 * One file per system implements it (linux.c, darwin.c, unsupported.c); Meson compiles one.
 *
 * Each reader returns 0 and sets what it is to set, or returns an errno value and leaves it alone:
 * ENOTSUP where the system has no such figure, ENODATA where the file lacks the field, EBADMSG where
 * the text is cut short or is not what proc(5) describes, ERANGE where the figure does not fit, ESRCH
 * where there is no such process, and what open(2) and read(2) say. None allocates memory or holds a
 * descriptor after it returns. errno itself is not part of the result and may change.
 *
 * root is the directory in which "proc" is mounted: "" for the system's own /proc, a captured tree
 * in the tests. Systems without such a tree ignore it. pid is that of a process, or -1 for this one. */
#ifndef ZMI_PROCESS_H
#define ZMI_PROCESS_H

#include <stddef.h>
#include <zmalloc/limits.h>
#include <zmalloc/process.h>

#include "process/mappings.h"

/* Resident set size of this process: the memory of it that is in RAM now. */
int zmi_process_rss(const char *root, size_t *bytes);

/* Memory in RAM that belongs to this process alone and differs from what is on disk. */
int zmi_process_private_dirty(const char *root, size_t *bytes);

/* The sum of a field of smaps, colon included, over all mappings. */
int zmi_process_smaps_field(const char *root, long pid, const char *field, size_t *bytes);

/* A number of stat, by its place in proc(5), which is 4 or more. */
int zmi_process_stat(const char *root, long pid, int field, long long *value);

/* The cheap figures of *memory, and those of pages. A figure that the process does not have is unknown
 * and no error. Where the figures of pages cannot be read at all, they all are unknown. */
int zmi_process_status(const char *root, long pid, struct zmalloc_process_memory *memory);
void zmi_process_pages(const char *root, long pid, struct zmalloc_process_memory *memory);

/* Of the machine, and of the process's cgroups: each figure known, unlimited, or unknown with its
 * error. */
void zmi_machine_memory(const char *root, struct zmalloc_memory_limits *limits);
void zmi_cgroup_memory(const char *root, struct zmalloc_memory_limits *limits);

/* What the mappings of this process are of. */
int zmi_process_mappings(const char *root, struct zmi_mappings *mappings);

#endif
