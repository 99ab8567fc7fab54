/* SPDX-License-Identifier: BSD-3-Clause
 * Bare side: malloc() and free(), the C library's or those of an allocator linked in front of it. */
#include <malloc.h>
#include <stdlib.h>

#define SIDE_READS false
#define SIDE_REALLOCS true

static inline void *side_malloc(size_t size)
{
    return malloc(size);
}

static inline void *side_realloc(void *ptr, size_t size)
{
    return realloc(ptr, size);
}

static inline void side_free(void *ptr)
{
    free(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    (void)size;
    free(ptr);
}

static inline size_t side_used(void)
{
    return 0;
}

static inline size_t side_usable(void *ptr)
{
    return malloc_usable_size(ptr);
}
