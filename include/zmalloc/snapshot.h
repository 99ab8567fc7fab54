/* SPDX-License-Identifier: BSD-3-Clause
 * All figures of one moment, as a structure and as text. */
#ifndef ZMALLOC_SNAPSHOT_H
#define ZMALLOC_SNAPSHOT_H

#include <zmalloc/allocator.h>
#include <zmalloc/attributes.h>
#include <zmalloc/figure.h>
#include <zmalloc/limits.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The account's own, and those of the process that are cheap. */
#define ZMALLOC_ACCOUNT_FIGURES(X)                                                                 \
    X(time, NANOSECONDS, "of CLOCK_MONOTONIC when the figures were read")                          \
    X(used, BYTES, "in live blocks: zmalloc_used_memory()")                                        \
    X(peak, BYTES, "the most that was used: zmalloc_peak_memory()")                                \
    X(live_blocks, COUNT, "live blocks; the mutex accounting mode alone counts them")              \
    X(allocated_total, TOTAL_BYTES, "allocated so far; not counted in the atomic accounting mode") \
    X(freed_total, TOTAL_BYTES, "freed so far; not counted in the atomic accounting mode")         \
    X(rss, BYTES, "in RAM: resident set size")                                                     \
    X(peak_rss, BYTES, "the most that was in RAM")                                                 \
    X(rss_anonymous, BYTES, "in RAM, of no file")                                                  \
    X(rss_file, BYTES, "in RAM, of files that are mapped")                                         \
    X(rss_shared, BYTES, "in RAM, of memory shared with other processes")                          \
    X(swap, BYTES, "swapped out")

#define ZMALLOC_SNAPSHOT_FIGURES(X)                                                                \
    ZMALLOC_ACCOUNT_FIGURES(X)                                                                     \
    ZMALLOC_LIMIT_FIGURES(X, )                                                                     \
    ZMALLOC_ALLOCATOR_FIGURES(X, allocator_)

struct zmalloc_snapshot {
    size_t size;    /* set by the caller: see <zmalloc/figure.h> */
    uint32_t flags; /* set by the caller: 0 */
    uint32_t reserved;
    double fragmentation_ratio;  /* rss / used; 0 where rss is unknown or nothing is in use */
    int64_t fragmentation_bytes; /* rss - used; 0 where rss is unknown */
    ZMALLOC_SNAPSHOT_FIGURES(ZMALLOC_MEMBER_)
};

/* Reads all figures, one after the other and at once, into *snapshot; the allocator's are refreshed.
 * What is derived is so from these very figures. Returns 0, or -1 with errno EINVAL (size, flags), and
 * *snapshot is as it was. Keeps errno where it returns 0. Takes about a tenth of a millisecond, more
 * with many threads or arenas. Allocates nothing. Since 1.0. */
int zmalloc_snapshot(struct zmalloc_snapshot *snapshot) ZMALLOC_LABEL(snapshot);

/* For people, with aligned columns and units; JSON (RFC 8259), one object, with numbers in bytes and
 * null for what is unknown; OpenMetrics text format 1.0, to its "# EOF". */
enum zmalloc_format { ZMALLOC_TEXT, ZMALLOC_JSON, ZMALLOC_OPENMETRICS };

/* Writes a snapshot to a file descriptor, in a format of enum zmalloc_format. Returns 0; or -1 with
 * errno EINVAL (format) or what write(2) said, part of the text being written then. Allocates nothing.
 * Since 1.0. */
int zmalloc_snapshot_write(const struct zmalloc_snapshot *snapshot, int fd, int format)
    ZMALLOC_LABEL(snapshot_write);

/* Writes it to a buffer of size bytes as snprintf(3) does: cut to fit, with a 0 byte at its end unless
 * size is 0. Returns the length of the whole text without that byte, or 0 with errno EINVAL (format).
 * Allocates nothing. Since 1.0. */
size_t zmalloc_snapshot_print(
    const struct zmalloc_snapshot *snapshot, char *buffer, size_t size, int format)
    ZMALLOC_LABEL(snapshot_print);

/* From now on, a signal of this number has a snapshot written to the file that the environment
 * variable ZMALLOC_SNAPSHOT names, as it also is when the process exits: zmalloc_snapshot(3). The
 * library installs a handler for it, and starts a thread, with all signals blocked, that does the
 * writing: here alone, since the program asks for both. Returns 0; or -1 with errno EINVAL (signal),
 * ENOENT (the variable is not set), or what starting the thread failed with. In a child of fork() the
 * signal does nothing until the child calls this. Since 1.0. */
int zmalloc_snapshot_on_signal(int signal) ZMALLOC_LABEL(snapshot_on_signal);

#ifdef __cplusplus
}
#endif

#endif
