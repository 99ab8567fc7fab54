/* SPDX-License-Identifier: BSD-3-Clause
 * Bare side: jemalloc by the names that are its own, which lack the fast paths of its malloc() and
 * free(): those are measured beside it, by sides/libc.h. */
#define JEMALLOC_NO_DEMANGLE /* some distributions prefix the names */
#include <jemalloc/jemalloc.h>

#define SIDE_READS false
#define SIDE_REALLOCS true

static inline void *side_malloc(size_t size)
{
    return je_mallocx(size, 0);
}

static inline void *side_realloc(void *ptr, size_t size)
{
    return je_rallocx(ptr, size, 0);
}

static inline void side_free(void *ptr)
{
    je_dallocx(ptr, 0);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    (void)size;
    je_dallocx(ptr, 0);
}

static inline size_t side_used(void)
{
    return 0;
}

static inline size_t side_usable(void *ptr)
{
    return je_sallocx(ptr, 0);
}
