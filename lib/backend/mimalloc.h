/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: mimalloc, by the names that no C library has. */
#include <mimalloc.h>

#include "backend/size_class.h"

ZMI_INLINE void *allocator_malloc(size_t size)
{
    return mi_malloc(size);
}

ZMI_INLINE void *allocator_calloc(size_t size)
{
    return mi_zalloc(size);
}

ZMI_INLINE void *allocator_realloc(void *ptr, size_t size)
{
    return mi_realloc(ptr, size);
}

ZMI_INLINE void *allocator_aligned_alloc(size_t alignment, size_t size)
{
    return mi_malloc_aligned(size, alignment);
}

ZMI_INLINE void allocator_free(void *ptr)
{
    mi_free(ptr);
}

/* mi_free_size() has no use for the size. */
ZMI_INLINE void allocator_free_sized(void *ptr, size_t size)
{
    (void)size;
    mi_free(ptr);
}

ZMI_INLINE size_t allocator_usable_size(void *ptr)
{
    return mi_usable_size(ptr);
}
