/* SPDX-License-Identifier: BSD-3-Clause
 * Reading files of /proc and /sys below a root directory: no memory, no descriptor left, EINTR
 * hidden. Results are 0 or an errno value. */
#ifndef ZMI_FILE_H
#define ZMI_FILE_H

#include <stddef.h>

/* A page of text is what the kernel hands out per read of such a file, and little for a stack. */
enum { FILE_CHUNK = 4096 };

/* ENAMETOOLONG: root and name make a longer path than open(2) takes. */
int zmi_file_open(const char *root, const char *name, int *fd);

/* Fills the buffer as far as the file goes: a *length short of size means its end. */
int zmi_file_read(int fd, char *text, size_t size, size_t *length);

/* The start of a file, as much as the buffer holds. */
int zmi_file_text(const char *root, const char *name, char *text, size_t size, size_t *length);

/* Gives the whole file to feed(), in chunks, until that returns an error. */
int zmi_file_feed(
    const char *root, const char *name, int (*feed)(void *to, const char *text, size_t length),
    void *to);

#endif
