/* SPDX-License-Identifier: BSD-3-Clause
 * Our side: a program that uses libzmalloc as any other does. */
#include <zmalloc.h>

#define SIDE_VERSION ZMALLOC_LIB
#define SIDE_READS true
#define SIDE_REALLOCS true

static inline void *side_malloc(size_t size)
{
    return zmalloc(size);
}

static inline void *side_realloc(void *ptr, size_t size)
{
    return zrealloc(ptr, size);
}

static inline void side_free(void *ptr)
{
    zfree(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    zfree_sized(ptr, size);
}

static inline size_t side_used(void)
{
    return zmalloc_used_memory();
}

static inline size_t side_usable(void *ptr)
{
    (void)ptr;
    return 0;
}
