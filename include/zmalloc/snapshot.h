/* SPDX-License-Identifier: BSD-3-Clause
 * All figures of one moment, as a structure and as text. */
#ifndef ZMALLOC_SNAPSHOT_H
#define ZMALLOC_SNAPSHOT_H

#include <zmalloc/allocator.h>
#include <zmalloc/attributes.h>
#include <zmalloc/figure.h>
#include <zmalloc/limits.h>
#include <zmalloc/process.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ZMALLOC_ACCOUNT_FIGURES(X, prefix)                                                         \
    X(prefix##time, NANOSECONDS, "of CLOCK_MONOTONIC when the figures were read")                  \
    X(prefix##used, BYTES, "in live blocks: zmalloc_used_memory()")                                \
    X(prefix##peak, BYTES, "the most that was used: zmalloc_peak_memory()")                        \
    X(prefix##live_blocks, COUNT, "live blocks; the mutex accounting mode alone counts them")      \
    X(prefix##allocated_total, TOTAL_BYTES, "allocated so far; not in the atomic accounting mode") \
    X(prefix##freed_total, TOTAL_BYTES, "freed so far; not in the atomic accounting mode")

/* A block that is resized counts in the totals by what it grew or shrank; on a private jemalloc, in the
 * sharded mode, as a block freed and another allocated. */
#define ZMALLOC_SNAPSHOT_FIGURES(X)                                                                \
    ZMALLOC_ACCOUNT_FIGURES(X, )                                                                   \
    ZMALLOC_RESIDENT_FIGURES(X, )                                                                  \
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
 * *snapshot is as it was. Keeps errno where it returns 0. Takes 0.1 to 0.3 ms, most of it for the files
 * of the cgroups; more with many threads or arenas. Allocates nothing. Since 1.0. */
int zmalloc_snapshot(struct zmalloc_snapshot *snapshot) ZMALLOC_LABEL(snapshot);

/* Writes a snapshot to a file descriptor, in a format of enum zmalloc_format. What is unknown is
 * written as such: as "unknown", with the errno value if there is one to look at; in JSON as null, with
 * the errno value in "errors"; in OpenMetrics not at all. What is unlimited is "no limit", null and
 * named in "unlimited", and +Inf. What is an upper bound is "<=", named in "at_most", and labelled
 * bound="upper". Returns 0; or -1 with errno EINVAL (size, format), or what write(2) said, part of the
 * text being written then. Keeps errno where it returns 0. Allocates nothing. Since 1.0. */
int zmalloc_snapshot_write(const struct zmalloc_snapshot *snapshot, int fd, int format)
    ZMALLOC_LABEL(snapshot_write);

/* Writes it to a buffer of size bytes as snprintf(3) does: cut to fit, with a 0 byte at its end unless
 * size is 0. Returns the length of the whole text without that byte, or 0 with errno EINVAL (size,
 * format). Allocates nothing. Since 1.0. */
size_t zmalloc_snapshot_print(
    const struct zmalloc_snapshot *snapshot, char *buffer, size_t size, int format)
    ZMALLOC_LABEL(snapshot_print);

/* Where the environment variable ZMALLOC_SNAPSHOT names a file when the program starts, a snapshot is
 * written to it at exit(3), in place of a file that is there: as JSON if its name ends in ".json", in
 * OpenMetrics if in ".om", else for people. "%p" in the name becomes the process ID; without it,
 * children of fork(2) write none. The variable is not heeded where secure_getenv(3) would not be. In
 * programs linked with a static libzmalloc, it is heeded if they call zmalloc_snapshot_on_signal().
 *
 * From now on, a signal of this number has one written, too. The library installs a handler for it, and
 * starts a thread, with all signals blocked, that does the writing: here alone, since the program asks
 * for both. Returns 0; or -1 with errno ENOENT (there is no such variable), or what sigaction(2) or
 * pthread_create(3) failed with. In a child of fork() the signal does nothing until the child calls
 * this. Keeps errno where it returns 0. Since 1.0. */
int zmalloc_snapshot_on_signal(int signal) ZMALLOC_LABEL(snapshot_on_signal);

#ifdef __cplusplus
}
#endif

#endif
