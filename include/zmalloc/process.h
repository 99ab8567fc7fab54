/* SPDX-License-Identifier: BSD-3-Clause
 * What the system says of the memory of a process, this one or another. */
#ifndef ZMALLOC_PROCESS_H
#define ZMALLOC_PROCESS_H

#include <zmalloc/attributes.h>
#include <zmalloc/figure.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The first ones are from /proc/PID/status, and cheap; those with "pages" in the help are from
 * smaps_rollup or smaps (proc(5)), for which the kernel walks the page tables: about 10 ms per GiB
 * resident. */
#define ZMALLOC_RESIDENT_FIGURES(X, prefix)                                                        \
    X(prefix##rss, BYTES, "in RAM: resident set size")                                             \
    X(prefix##peak_rss, BYTES, "the most that was in RAM")                                         \
    X(prefix##rss_anonymous, BYTES, "in RAM, of no file")                                          \
    X(prefix##rss_file, BYTES, "in RAM, of files that are mapped")                                 \
    X(prefix##rss_shared, BYTES, "in RAM, of memory shared with other processes")                  \
    X(prefix##swap, BYTES, "swapped out")

#define ZMALLOC_PROCESS_FIGURES(X, prefix)                                                         \
    ZMALLOC_RESIDENT_FIGURES(X, prefix)                                                            \
    X(prefix##virtual_size, BYTES, "of address space")                                             \
    X(prefix##pss, BYTES, "in RAM, pages shared with others by their share")                       \
    X(prefix##private_dirty, BYTES, "in RAM, pages of this process alone that were written")       \
    X(prefix##private_clean, BYTES, "in RAM, pages of this process alone as on disk")              \
    X(prefix##read_time, NANOSECONDS, "that reading the cheap figures took")                       \
    X(prefix##walk_time, NANOSECONDS, "that reading the figures of pages took")

struct zmalloc_process_memory {
    size_t size;    /* set by the caller: see <zmalloc/figure.h> */
    uint32_t flags; /* set by the caller: ZMALLOC_PROCESS_PAGES, or 0 */
    uint32_t reserved;
    ZMALLOC_PROCESS_FIGURES(ZMALLOC_MEMBER_, )
};

/* The figures of pages, too; without it they are unknown, with error 0. */
#define ZMALLOC_PROCESS_PAGES 1u

/* Figures of the process pid, -1 being this one, in *memory; one that the system does not have, or
 * does not let this process read, is unknown, with its error. Returns 0; or -1 with errno EINVAL
 * (size, flags, pid 0 or below -1) or ESRCH (no such process), and *memory is as it was. Keeps errno
 * where it returns 0. Allocates nothing. Since 1.0. */
int zmalloc_get_process_memory(long pid, struct zmalloc_process_memory *memory)
    ZMALLOC_LABEL(get_process_memory);

/* The sum of one field over the mappings of the process pid, -1 being this one, in *bytes: from
 * smaps_rollup where that has it, else from smaps. field has its colon: "Private_Dirty:". In *elapsed,
 * unless that is NULL, the nanoseconds it took. Returns 0; or -1 with errno EINVAL (pid 0 or below -1,
 * a field without a colon at its end), ESRCH (no such process), ENODATA (no such field), ENOTSUP (no
 * such file on this system), or what open(2) or read(2) said, and *bytes is as it was. Keeps errno
 * where it returns 0. Since 1.0. */
int zmalloc_get_smaps_field(long pid, const char *field, size_t *bytes, uint64_t *elapsed)
    ZMALLOC_LABEL(get_smaps_field);

/* A number of /proc/PID/stat, of the process pid, -1 being this one, in *value: field by its number in
 * proc(5), 4 or more, in that file's unit (24 is the resident set size in pages). Returns 0; or -1 with
 * errno EINVAL (pid 0 or below -1, field below 4), ESRCH, ENODATA (fewer fields), ERANGE (does not fit
 * a long long), ENOTSUP, or what open(2) or read(2) said, and *value is as it was. Keeps errno where
 * it returns 0. Since 1.0. */
int zmalloc_get_process_stat(long pid, int field, long long *value) ZMALLOC_LABEL(get_process_stat);

#ifdef __cplusplus
}
#endif

#endif
