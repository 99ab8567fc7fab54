/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: gperftools' tcmalloc, by the names that no C library has. Its malloc() is never called:
 * in a shared library that name binds to the C library's function. */
#if __has_include(<gperftools/tcmalloc.h>)
#    include <gperftools/tcmalloc.h>
#else /* before 2.0 */
#    include <google/tcmalloc.h>
#endif

#define BACKEND_FREE_KEEPS_ERRNO 0

static inline void *backend_malloc(size_t size)
{
    return tc_malloc(backend_size_for_any_type(size));
}

static inline void *backend_calloc(size_t size)
{
    return tc_calloc(1, backend_size_for_any_type(size));
}

static inline void *backend_realloc(void *ptr, size_t size)
{
    return tc_realloc(ptr, backend_size_for_any_type(size));
}

static inline void *backend_aligned_alloc(size_t alignment, size_t size)
{
    return tc_memalign(alignment, size);
}

static inline void backend_free(void *ptr)
{
    tc_free(ptr);
}

static inline void backend_free_sized(void *ptr, size_t usable)
{
#ifdef HAVE_TC_FREE_SIZED
    tc_free_sized(ptr, usable);
#else
    (void)usable;
    tc_free(ptr);
#endif
}

static inline size_t backend_usable_size(void *ptr)
{
    return tc_malloc_size(ptr);
}

static inline size_t backend_counted_size(void *ptr, size_t usable)
{
    (void)ptr;
    return usable;
}
