/* SPDX-License-Identifier: BSD-3-Clause
 * Why the resident set is not as large as what is in use. */
#ifndef ZMALLOC_EXPLAIN_H
#define ZMALLOC_EXPLAIN_H

#include <zmalloc/attributes.h>
#include <zmalloc/figure.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The first five are in RAM and not in use, so that the resident set is larger than what is in use;
 * untouched and swapped are in use and not in RAM. The last three are what held consists of, as far as
 * the allocator tells. Where slack and bypassed are ZMALLOC_AT_MOST, they are the same bytes, which the
 * allocator does not tell apart; and so is held with pages that it has given back meanwhile. */
#define ZMALLOC_CAUSES(X, prefix)                                                                  \
    X(prefix##slack, BYTES, "in blocks and beside them, beyond what is counted as used")           \
    X(prefix##held, BYTES, "free, and kept by the allocator")                                      \
    X(prefix##metadata, BYTES, "that the allocator uses for itself")                               \
    X(prefix##bypassed, BYTES, "in blocks that were allocated past this library")                  \
    X(prefix##mappings, BYTES, "of files, shared memory, and the first thread's stack")            \
    X(prefix##untouched, BYTES, "of the allocator's memory not in RAM: blocks never written")      \
    X(prefix##swapped, BYTES, "of anonymous memory, swapped out")                                  \
    X(prefix##held_in_pages, BYTES, "free in pages that hold other blocks: fragmentation")         \
    X(prefix##held_as_pages, BYTES, "of unused pages: zmalloc_purge() gives them back")            \
    X(prefix##held_in_caches, BYTES, "of free blocks in caches of threads, or between these")

struct zmalloc_explanation {
    size_t size;    /* set by the caller: see <zmalloc/figure.h> */
    uint32_t flags; /* set by the caller: 0 */
    uint32_t reserved;
    uint64_t rss, used;  /* bytes */
    int64_t gap;         /* rss - used, in bytes */
    int64_t unexplained; /* what the causes leave of it, each byte counted once: other anonymous
                            memory, such as the stacks of threads and the program's own mappings */
    const char *largest; /* the cause, or kind of held, that explains most, by its name above;
                            "unexplained" where that is most: a constant string */
    ZMALLOC_CAUSES(ZMALLOC_MEMBER_, )
};

/* Splits the difference between the resident set size and used memory into its causes; those that the
 * allocator does not tell are unknown. Blocks of another malloc() than the allocator's are bypassed,
 * too, where that one is glibc's, which tells how much they are at most. What is untouched is so after
 * other anonymous memory was made up for: the kernel does not tell whose a page is. The kernel walks the
 * page tables: about 10 ms per GiB resident. Returns 0; or -1 with errno EINVAL (size, flags), ENOTSUP (a system without smaps), or
 * what reading /proc/self/smaps failed with, and *explanation is as it was. Keeps errno where it
 * returns 0. Allocates nothing. Since 1.0. */
int zmalloc_explain(struct zmalloc_explanation *explanation) ZMALLOC_LABEL(explain);

/* As zmalloc_snapshot_write() and zmalloc_snapshot_print(), of an explanation. Since 1.0. */
int zmalloc_explanation_write(const struct zmalloc_explanation *explanation, int fd, int format)
    ZMALLOC_LABEL(explanation_write);

/* Since 1.0. */
size_t zmalloc_explanation_print(
    const struct zmalloc_explanation *explanation, char *buffer, size_t size, int format)
    ZMALLOC_LABEL(explanation_print);

#ifdef __cplusplus
}
#endif

#endif
