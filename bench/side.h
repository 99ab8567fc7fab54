/* SPDX-License-Identifier: BSD-3-Clause
 * What a measured program calls. Every program is compiled from the same sources; one header of
 * sides/ makes it the bare allocator, libzmalloc or a peer. Nothing else may tell them apart. */
#ifndef BENCH_SIDE_H
#define BENCH_SIDE_H

#include <stdbool.h>
#include <stddef.h>

static inline void *side_malloc(size_t size);
static inline void *side_realloc(void *ptr, size_t size);
static inline void side_free(void *ptr);

/* Frees a block whose size, as asked for, the caller knows. A bare side has its plain free here:
 * what libzmalloc is compared with is the program that would have called that. */
static inline void side_free_sized(void *ptr, size_t size);

/* A side that counts tells the memory used, one that does not tells the usable size of a block; the
 * other of the two is 0. */
static inline size_t side_used(void);
static inline size_t side_usable(void *ptr);

/* Each header also defines SIDE_READS and SIDE_REALLOCS: whether side_used() and side_realloc() are
 * there. One may define SIDE_VERSION, a text, and SIDE_OPEN, a function that is called first. */
#include SIDE_HEADER

#endif
