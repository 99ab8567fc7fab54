/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: the C library's allocator with the size kept in a prefix in front of each block, for
 * libraries that cannot tell a block's size. Nothing here asks the allocator for a size. */
#include <stdlib.h>

#include "backend/libc_free.h"

/* Stands right in front of the block. Its size is a multiple of the strictest alignment, so that
 * the block keeps the alignment malloc() gave; the classic 8-byte prefix breaks that. */
struct prefix {
    _Alignas(max_align_t) size_t size; /* as asked for */
    size_t front; /* from the start of the C library's block to ours: more than the prefix in an
                     aligned block */
};

ZMI_INLINE struct prefix *prefix_of(void *ptr)
{
    return (struct prefix *)ptr - 1;
}

/* Whether a size with what lies in front of it is still one that a block can have. */
ZMI_INLINE bool prefix_fits(size_t front, size_t size)
{
    return size <= PTRDIFF_MAX - front;
}

/* What a block costs: the size asked for and what lies in front of it. */
ZMI_INLINE size_t prefix_counted(const struct prefix *prefix)
{
    size_t bytes = prefix->front + prefix->size;
    return (bytes + sizeof(long) - 1) & ~(sizeof(long) - 1);
}

ZMI_INLINE void *prefix_write(void *base, size_t front, size_t size, size_t *usable)
{
    void *ptr = (char *)base + front;
    prefix_of(ptr)->size = size;
    prefix_of(ptr)->front = front;
    backend_tell(usable, size);
    return ptr;
}

ZMI_INLINE void *prefix_count(void *base, size_t front, size_t size, size_t *usable)
{
    if (ZMI_UNLIKELY(base == NULL))
        return NULL;
    void *ptr = prefix_write(base, front, size, usable);
    return accounting_add(ptr, prefix_counted(prefix_of(ptr)));
}

ZMI_INLINE void *backend_malloc(size_t size, size_t *usable)
{
    size_t front = sizeof(struct prefix);
    size = backend_size_not_zero(size);
    void *base = prefix_fits(front, size) ? malloc(front + size) : NULL;
    return prefix_count(base, front, size, usable);
}

ZMI_INLINE void *backend_calloc(size_t size, size_t *usable)
{
    size_t front = sizeof(struct prefix);
    size = backend_size_not_zero(size);
    void *base = prefix_fits(front, size) ? calloc(1, front + size) : NULL;
    return prefix_count(base, front, size, usable);
}

ZMI_INLINE void *backend_realloc(void *ptr, size_t size, size_t *usable)
{
    size_t front = prefix_of(ptr)->front;
    size_t before = prefix_counted(prefix_of(ptr));
    void *base = prefix_fits(front, size) ? realloc((char *)ptr - front, front + size) : NULL;
    if (ZMI_UNLIKELY(base == NULL))
        return NULL;
    ptr = prefix_write(base, front, size, usable);
    accounting_replace(before, prefix_counted(prefix_of(ptr)));
    return ptr;
}

ZMI_INLINE void *backend_aligned_alloc(size_t alignment, size_t size, size_t *usable)
{
    size_t front = alignment < sizeof(struct prefix) ? sizeof(struct prefix) : alignment;
    void *base;
    size = backend_size_not_zero(size);
    if (!prefix_fits(front, size) || posix_memalign(&base, alignment, front + size) != 0)
        return NULL;
    return prefix_count(base, front, size, usable);
}

ZMI_INLINE void backend_free(void *ptr, size_t *usable)
{
    struct prefix *prefix = prefix_of(ptr);
    backend_tell(usable, prefix->size);
    accounting_sub(prefix_counted(prefix));
    libc_free((char *)ptr - prefix->front);
}

ZMI_INLINE void backend_free_sized(void *ptr, size_t size)
{
    (void)size;
    backend_free(ptr, NULL);
}

ZMI_INLINE size_t backend_counted_size(void *ptr)
{
    return prefix_counted(prefix_of(ptr));
}

ZMI_INLINE size_t backend_usable_size(void *ptr)
{
    return prefix_of(ptr)->size;
}

ZMI_INLINE const char *backend_size_source(void)
{
    return "prefix";
}
