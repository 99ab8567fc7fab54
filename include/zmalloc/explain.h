/* SPDX-License-Identifier: BSD-3-Clause
 * Why the resident set is not as large as what is in use. */
#ifndef ZMALLOC_EXPLAIN_H
#define ZMALLOC_EXPLAIN_H

#include <zmalloc/attributes.h>
#include <zmalloc/figure.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In RAM and not in use: these make the resident set larger. */
#define ZMALLOC_CAUSES_OF_MORE(X)                                                                  \
    X(slack, BYTES, "in blocks and beside them, beyond what is counted as used")                   \
    X(held, BYTES, "free, and kept by the allocator")                                              \
    X(metadata, BYTES, "that the allocator uses for itself")                                       \
    X(bypassed, BYTES, "in blocks that were allocated past this library")                          \
    X(mappings, BYTES, "of other mappings: files, shared memory, stacks")

/* In use and not in RAM: these make it smaller. */
#define ZMALLOC_CAUSES_OF_LESS(X)                                                                  \
    X(untouched, BYTES, "in pages of blocks that were never written")                              \
    X(swapped, BYTES, "swapped out")

/* What is held, by kind, as far as the allocator tells. */
#define ZMALLOC_KINDS_OF_HELD(X)                                                                   \
    X(held_in_pages, BYTES, "free in pages that hold other blocks: fragmentation")                 \
    X(held_as_pages, BYTES, "of unused pages: zmalloc_purge() gives them back")                    \
    X(held_in_caches, BYTES, "of free blocks that threads keep for themselves")

struct zmalloc_explanation {
    size_t size;    /* set by the caller: see <zmalloc/figure.h> */
    uint32_t flags; /* set by the caller: 0 */
    uint32_t reserved;
    uint64_t rss, used;  /* bytes */
    int64_t gap;         /* rss - used: causes of more, less the causes of less, and the rest */
    int64_t unexplained; /* the rest */
    const char *largest; /* the name of the cause, or kind of held, that explains most: a constant
                            string, "none" where there is nothing to explain */
    ZMALLOC_CAUSES_OF_MORE(ZMALLOC_MEMBER_)
    ZMALLOC_CAUSES_OF_LESS(ZMALLOC_MEMBER_)
    ZMALLOC_KINDS_OF_HELD(ZMALLOC_MEMBER_)
};

/* Splits the difference between the resident set size and used memory into its causes; those that the
 * allocator cannot tell are unknown. The kernel walks the page tables: about 10 ms per GiB resident.
 * Returns 0; or -1 with errno EINVAL (size, flags) or what reading the resident set failed with, and
 * *explanation is as it was. Keeps errno where it returns 0. Allocates nothing. Since 1.0. */
int zmalloc_explain(struct zmalloc_explanation *explanation) ZMALLOC_LABEL(explain);

/* As zmalloc_snapshot_write() and zmalloc_snapshot_print() of an explanation. Since 1.0. */
int zmalloc_explanation_write(const struct zmalloc_explanation *explanation, int fd, int format)
    ZMALLOC_LABEL(explanation_write);
size_t zmalloc_explanation_print(
    const struct zmalloc_explanation *explanation, char *buffer, size_t size, int format)
    ZMALLOC_LABEL(explanation_print);

#ifdef __cplusplus
}
#endif

#endif
