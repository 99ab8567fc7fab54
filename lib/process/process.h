/* SPDX-License-Identifier: BSD-3-Clause
 * THE CONTRACT of a process reader: the figures that the operating system keeps of this process.
 * One file per system implements it (linux.c, darwin.c, unsupported.c); Meson compiles one.
 *
 * Each reader returns 0 and sets *bytes, or returns an errno value and leaves *bytes alone:
 * ENOTSUP where the system has no such figure, ENODATA where the file lacks the field, EBADMSG where
 * the text is cut short or is not what proc(5) describes, ERANGE where the figure does not fit, and
 * what open(2) and read(2) say. None allocates memory or holds a descriptor after it returns. errno
 * itself is not part of the result and may change.
 *
 * root is the directory in which "proc" is mounted: "" for the system's own /proc, a captured tree
 * in the tests. Systems without such a tree ignore it. */
#ifndef ZMI_PROCESS_H
#define ZMI_PROCESS_H

#include <stddef.h>

/* Resident set size: the memory of the process that is in RAM now. */
int zmi_process_rss(const char *root, size_t *bytes);

/* Memory in RAM that belongs to this process alone and differs from what is on disk. */
int zmi_process_private_dirty(const char *root, size_t *bytes);

#endif
