/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: jemalloc, by the names that no C library has. Its malloc() and malloc_usable_size() are
 * never called: in a shared library those names bind to the C library's functions. */

/* Keeps the je_ names, which jemalloc's header maps to whatever names the build exports: some
 * distributions prefix them. */
#define JEMALLOC_NO_DEMANGLE
#include <jemalloc/jemalloc.h>

#define BACKEND_FREE_KEEPS_ERRNO 0

static inline void *backend_malloc(size_t size)
{
    return je_mallocx(backend_size_for_any_type(size), 0);
}

static inline void *backend_calloc(size_t size)
{
    return je_mallocx(backend_size_for_any_type(size), MALLOCX_ZERO);
}

static inline void *backend_realloc(void *ptr, size_t size)
{
    return je_rallocx(ptr, backend_size_for_any_type(size), 0);
}

static inline void *backend_aligned_alloc(size_t alignment, size_t size)
{
    return je_mallocx(size, MALLOCX_ALIGN(alignment));
}

static inline void backend_free(void *ptr)
{
    je_dallocx(ptr, 0);
}

static inline void backend_free_sized(void *ptr, size_t usable)
{
    je_sdallocx(ptr, usable, 0);
}

static inline size_t backend_usable_size(void *ptr)
{
    return je_sallocx(ptr, 0);
}

static inline size_t backend_counted_size(void *ptr, size_t usable)
{
    (void)ptr;
    return usable;
}
