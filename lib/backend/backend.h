/* SPDX-License-Identifier: BSD-3-Clause
 * THE CONTRACT of a backend: the allocator that lies under alloc.c. One header per allocator holds
 * the hot path as inline functions, the .c file of the same stem the rest; Meson selects one.
 *
 * What alloc.c promises: 0 < size <= PTRDIFF_MAX; ptr is a live block of this backend, never NULL;
 * alignment is a power of two, at least that of max_align_t, and size + alignment does not wrap.
 * What a backend promises: NULL on failure, the old block then being intact (errno need not be set);
 * blocks aligned for max_align_t; it never touches a counter; the two size functions give the same
 * answer from allocation to free, in every thread. */
#ifndef ZMI_BACKEND_H
#define ZMI_BACKEND_H

#include <stddef.h>

static inline void *backend_malloc(size_t size);
static inline void *backend_calloc(size_t size);
static inline void *backend_realloc(void *ptr, size_t size);
static inline void *backend_aligned_alloc(size_t alignment, size_t size);
static inline void backend_free(void *ptr);

/* Frees a block that did not come from backend_aligned_alloc(), usable being what
 * backend_usable_size() says of it: an allocator with a sized free need not look it up again. */
static inline void backend_free_sized(void *ptr, size_t usable);

/* The bytes that may be written at ptr. */
static inline size_t backend_usable_size(void *ptr);

/* What the block costs, as counted; usable is backend_usable_size(ptr). */
static inline size_t backend_counted_size(void *ptr, size_t usable);

/* Name and, where it can say, version of the allocator running: a constant string. */
const char *zmi_backend_name(void);

/* For allocators that align a block only as its size class needs: a request too small for the
 * strictest type gets the smallest class whose blocks suit it. */
static inline size_t backend_size_for_any_type(size_t size)
{
    return size < _Alignof(max_align_t) ? _Alignof(max_align_t) : size;
}

/* Each header also defines BACKEND_FREE_KEEPS_ERRNO: 1 where freeing never changes errno. */
#include ZMI_BACKEND_HEADER

#endif
