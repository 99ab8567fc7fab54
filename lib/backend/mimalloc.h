/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: mimalloc, by the names that no C library has. */
#include <mimalloc.h>

#define BACKEND_FREE_KEEPS_ERRNO 0

static inline void *backend_malloc(size_t size)
{
    return mi_malloc(backend_size_for_any_type(size));
}

static inline void *backend_calloc(size_t size)
{
    return mi_zalloc(backend_size_for_any_type(size));
}

static inline void *backend_realloc(void *ptr, size_t size)
{
    return mi_realloc(ptr, backend_size_for_any_type(size));
}

static inline void *backend_aligned_alloc(size_t alignment, size_t size)
{
    return mi_malloc_aligned(size, alignment);
}

static inline void backend_free(void *ptr)
{
    mi_free(ptr);
}

static inline void backend_free_sized(void *ptr, size_t usable)
{
    mi_free_size(ptr, usable);
}

static inline size_t backend_usable_size(void *ptr)
{
    return mi_usable_size(ptr);
}

static inline size_t backend_counted_size(void *ptr, size_t usable)
{
    (void)ptr;
    return usable;
}
