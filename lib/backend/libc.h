/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: the C library's own allocator, where it has malloc_usable_size(3). It does not round up
 * in a way that could be foretold, so it is asked for the size of every block. */
#include <stdlib.h>

#if __has_include(<malloc.h>)
#    include <malloc.h>
#endif

#include "backend/libc_free.h"

#ifndef LIBC_SIZE_FUNCTION
#    define LIBC_SIZE_FUNCTION "malloc_usable_size"
#endif

ZMI_INLINE void *libc_count(void *ptr, size_t *usable)
{
    if (ZMI_UNLIKELY(ptr == NULL))
        return NULL;
    size_t bytes = malloc_usable_size(ptr);
    backend_tell(usable, bytes);
    return accounting_add(ptr, bytes);
}

ZMI_INLINE void *backend_malloc(size_t size, size_t *usable)
{
    if (ZMI_UNLIKELY(size > PTRDIFF_MAX))
        return NULL;
    return libc_count(malloc(backend_size_not_zero(size)), usable);
}

ZMI_INLINE void *backend_calloc(size_t size, size_t *usable)
{
    if (ZMI_UNLIKELY(size > PTRDIFF_MAX))
        return NULL;
    return libc_count(calloc(1, backend_size_not_zero(size)), usable);
}

ZMI_INLINE void *backend_realloc(void *ptr, size_t size, size_t *usable)
{
    size_t before = malloc_usable_size(ptr);
    ptr = realloc(ptr, size);
    if (ZMI_UNLIKELY(ptr == NULL))
        return NULL;
    size_t after = malloc_usable_size(ptr);
    backend_tell(usable, after);
    accounting_replace(before, after);
    return ptr;
}

ZMI_INLINE void *backend_aligned_alloc(size_t alignment, size_t size, size_t *usable)
{
    void *ptr;
    size = backend_size_not_zero(size);
    return posix_memalign(&ptr, alignment, size) == 0 ? libc_count(ptr, usable) : NULL;
}

ZMI_INLINE void backend_free(void *ptr, size_t *usable)
{
    size_t bytes = malloc_usable_size(ptr);
    backend_tell(usable, bytes);
    accounting_sub(bytes);
    libc_free(ptr);
}

ZMI_INLINE void backend_free_sized(void *ptr, size_t size)
{
    (void)size;
    backend_free(ptr, NULL);
}

ZMI_INLINE size_t backend_counted_size(void *ptr)
{
    return malloc_usable_size(ptr);
}

ZMI_INLINE size_t backend_usable_size(void *ptr)
{
    return backend_counted_size(ptr);
}

ZMI_INLINE const char *backend_size_source(void)
{
    return "allocator";
}
