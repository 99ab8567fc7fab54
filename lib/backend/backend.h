/* SPDX-License-Identifier: BSD-3-Clause
 * THE CONTRACT of a backend: the allocator that lies under alloc.c. One header per allocator holds
 * the hot path as inline functions, the .c file of the same stem the rest; Meson selects one.
 *
 * What alloc.c promises: size <= PTRDIFF_MAX except for malloc and calloc, and > 0 for realloc; ptr is
 * a live block of this backend, never NULL; alignment is a power of two, at least that of max_align_t,
 * and size + alignment <= PTRDIFF_MAX; usable is NULL where nobody wants to know.
 * What a backend promises: size 0 makes a block as any other size does; no block is larger than
 * PTRDIFF_MAX; NULL on failure, the old block then being intact (errno need not be set);
 * blocks aligned for max_align_t; the size functions give the same answer from allocation to free,
 * in every thread; freeing keeps errno.
 *
 * A backend counts, through accounting.h, for it alone knows when a size is at hand: most allocators
 * are asked before they get a block back, another tells afterwards. It adds after the block was
 * handed out, and takes off, at a moment of its choice, before its free function returns. */
#ifndef ZMI_BACKEND_H
#define ZMI_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "accounting/accounting.h"
#include "internal.h"

/* *usable: the bytes of the new block that may be written; of no meaning where the result is NULL. */
ZMI_INLINE void *backend_malloc(size_t size, size_t *usable);
ZMI_INLINE void *backend_calloc(size_t size, size_t *usable);
ZMI_INLINE void *backend_realloc(void *ptr, size_t size, size_t *usable);
ZMI_INLINE void *backend_aligned_alloc(size_t alignment, size_t size, size_t *usable);

/* *usable: the bytes that could be written. */
ZMI_INLINE void backend_free(void *ptr, size_t *usable);

/* Frees a block that did not come from backend_aligned_alloc(), size being what was last asked for:
 * an allocator with a sized free need not look the block up. */
ZMI_INLINE void backend_free_sized(void *ptr, size_t size);

/* What a live block costs, as counted. */
ZMI_INLINE size_t backend_counted_size(void *ptr);

/* What *usable was when it was made. */
ZMI_INLINE size_t backend_usable_size(void *ptr);

/* Where the sizes come from in this process, as zmalloc_size_source() tells it. */
ZMI_INLINE const char *backend_size_source(void);

/* Name and, where it can say, version of the allocator running: a constant string. */
const char *zmi_backend_name(void);

/* ---- What the allocator itself says, for zmalloc_check() ------------------------------------- */

enum backend_owns { BACKEND_OWNS, BACKEND_OWNS_NOT, BACKEND_CANNOT_TELL };

struct backend_identity {
    /* A function of the allocator: the object file it is in is the allocator's. NULL: the allocator
     * is malloc() of the process, whoever gives that. */
    void *function;
    /* The process's own, where function is NULL: whether the counter below is that of these two; and
     * what else the backend calls, which has to be of the same object file: names, a NULL last. */
    void *(*process_malloc)(size_t size);
    void (*process_free)(void *ptr);
    const char *const *process_functions;
    /* The bytes that the allocator has handed out, in the calling thread or in all, by a counter of
     * its own; false: there is none in this process. NULL: there never is. */
    bool (*held)(size_t *bytes);
    /* Of a live block that the calling thread made. NULL: it cannot tell. */
    enum backend_owns (*owns)(const void *ptr);
};

const struct backend_identity *zmi_backend_identity(void);

/* ---- Its figures, and what it can be asked to do, for allocator.c ----------------------------- */

/* Each returns 0 or an errno value, allocates nothing, and may change errno. */

struct zmalloc_allocator_stats;

/* Sets those figures of *stats that the allocator has; they come as unknown with ENOTSUP. Heeds flags
 * and arena, which allocator.c has checked: EINVAL where there is no such arena, ENOTSUP where arenas are
 * not told apart. */
int zmi_backend_stats(struct zmalloc_allocator_stats *stats);

/* ENOTSUP: it cannot be asked. */
int zmi_backend_purge(void);

/* ENOTSUP: it has no such thread. */
int zmi_backend_background_thread(bool on);

ZMI_INLINE void backend_tell(size_t *usable, size_t bytes)
{
    if (usable != NULL)
        *usable = bytes;
}

/* For allocators that align a block only as its size class needs: a request too small for the
 * strictest type gets the smallest class whose blocks suit it. */
ZMI_INLINE size_t backend_size_for_any_type(size_t size)
{
    return size < _Alignof(max_align_t) ? _Alignof(max_align_t) : size;
}

/* For functions that may have no block for size 0. malloc() of Linux C libraries has: malloc(3),
 * "If size is 0, then malloc() returns a unique pointer value". */
ZMI_INLINE size_t backend_size_not_zero(size_t size)
{
    return size + (size == 0);
}

#include ZMI_BACKEND_HEADER

#endif
