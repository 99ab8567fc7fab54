/* SPDX-License-Identifier: BSD-3-Clause
 * Text of proc(5) in, number out: the parsers behind linux.c. They do no I/O and allocate nothing,
 * so that every input, however cut or odd, can be tried from a string on any system.
 *
 * Results are 0 or an errno value, with the meanings that process/process.h gives them; a result
 * other than 0 leaves *bytes alone. No text needs a terminating NUL. */
#ifndef ZMI_PROCFS_H
#define ZMI_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The resident set size in bytes from the text of /proc/PID/statm. */
int zmi_procfs_statm_rss(const char *text, size_t length, size_t page_size, size_t *bytes);

/* Field 4 or later of /proc/PID/stat, by its number in proc(5). Before it stands the name of the
 * program, in parentheses, which can have any characters: parentheses, too. ENODATA: it has fewer. */
int zmi_procfs_stat(const char *text, size_t length, int field, long long *value);

/* Sums one field over all mappings of /proc/PID/smaps or the one of smaps_rollup. The text comes in
 * chunks of any size and nothing of it is kept: smaps grows with the number of mappings and has no
 * bound that a buffer could be given. */
struct zmi_procfs_sum {
    const char *field;  /* with its colon; not copied */
    size_t matched;     /* characters of the field name or of the unit that this line has had */
    uint64_t kilobytes; /* the value of this line so far */
    uint64_t bytes;     /* the sum over the lines before */
    int error;          /* the first one; it stays */
    bool seen;
    unsigned char part; /* of the line: enum line_part in procfs.c */
};

/* field is not empty, has no newline and outlives the sum: "Private_Dirty:". */
void zmi_procfs_sum_init(struct zmi_procfs_sum *sum, const char *field);

/* Returns the error, if there is one by now, so that the caller can stop reading. */
int zmi_procfs_sum_feed(struct zmi_procfs_sum *sum, const char *text, size_t length);

/* After the end of the file. Text that does not end with a newline was cut. What other processes or
 * the machine have may not fit a size_t of this one. */
int zmi_procfs_sum_finish(const struct zmi_procfs_sum *sum, size_t *bytes);
int zmi_procfs_sum_finish_wide(const struct zmi_procfs_sum *sum, uint64_t *bytes);

#endif
