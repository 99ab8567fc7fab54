/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: the C library's allocator with the size kept in a prefix in front of each block, for
 * libraries that cannot tell a block's size. Nothing here asks the allocator for a size. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define BACKEND_FREE_KEEPS_ERRNO 0

/* Stands right in front of the block. Its size is a multiple of the strictest alignment, so that
 * the block keeps the alignment malloc() gave; the classic 8-byte prefix breaks that. */
struct prefix {
    _Alignas(max_align_t) size_t size; /* as asked for */
    size_t front; /* from the start of the C library's block to ours: more than the prefix in an
                     aligned block */
};

static inline struct prefix *prefix_of(void *ptr)
{
    return (struct prefix *)ptr - 1;
}

/* Whether a size with what lies in front of it is still one that a block can have. */
static inline bool prefix_fits(size_t front, size_t size)
{
    return size <= PTRDIFF_MAX - front;
}

static inline void *prefix_write(void *base, size_t front, size_t size)
{
    if (base == NULL)
        return NULL;
    void *ptr = (char *)base + front;
    prefix_of(ptr)->size = size;
    prefix_of(ptr)->front = front;
    return ptr;
}

static inline void *backend_malloc(size_t size)
{
    size_t front = sizeof(struct prefix);
    return prefix_fits(front, size) ? prefix_write(malloc(front + size), front, size) : NULL;
}

static inline void *backend_calloc(size_t size)
{
    size_t front = sizeof(struct prefix);
    return prefix_fits(front, size) ? prefix_write(calloc(1, front + size), front, size) : NULL;
}

static inline void *backend_realloc(void *ptr, size_t size)
{
    size_t front = prefix_of(ptr)->front;
    if (!prefix_fits(front, size))
        return NULL;
    return prefix_write(realloc((char *)ptr - front, front + size), front, size);
}

static inline void *backend_aligned_alloc(size_t alignment, size_t size)
{
    size_t front = alignment < sizeof(struct prefix) ? sizeof(struct prefix) : alignment;
    void *base;
    if (!prefix_fits(front, size) || posix_memalign(&base, alignment, front + size) != 0)
        return NULL;
    return prefix_write(base, front, size);
}

static inline void backend_free(void *ptr)
{
    free((char *)ptr - prefix_of(ptr)->front);
}

static inline void backend_free_sized(void *ptr, size_t usable)
{
    (void)usable;
    backend_free(ptr);
}

static inline size_t backend_usable_size(void *ptr)
{
    return prefix_of(ptr)->size;
}

static inline size_t backend_counted_size(void *ptr, size_t usable)
{
    size_t bytes = prefix_of(ptr)->front + usable;
    return (bytes + sizeof(long) - 1) & ~(sizeof(long) - 1);
}
