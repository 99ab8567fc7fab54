/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: the C library's own allocator, where it has malloc_usable_size(3). */
#include <stdlib.h>

#if __has_include(<malloc.h>)
#    include <malloc.h>
#endif

/* free(3): "The free() function preserves errno" since glibc 2.33. */
#ifdef __GLIBC_PREREQ
#    define BACKEND_FREE_KEEPS_ERRNO __GLIBC_PREREQ(2, 33)
#else
#    define BACKEND_FREE_KEEPS_ERRNO 0
#endif

static inline void *backend_malloc(size_t size)
{
    return malloc(size);
}

static inline void *backend_calloc(size_t size)
{
    return calloc(1, size);
}

static inline void *backend_realloc(void *ptr, size_t size)
{
    return realloc(ptr, size);
}

static inline void *backend_aligned_alloc(size_t alignment, size_t size)
{
    void *ptr;
    return posix_memalign(&ptr, alignment, size) == 0 ? ptr : NULL;
}

static inline void backend_free(void *ptr)
{
    free(ptr);
}

static inline void backend_free_sized(void *ptr, size_t usable)
{
    (void)usable;
    free(ptr);
}

static inline size_t backend_usable_size(void *ptr)
{
    return malloc_usable_size(ptr);
}

static inline size_t backend_counted_size(void *ptr, size_t usable)
{
    (void)ptr;
    return usable;
}
