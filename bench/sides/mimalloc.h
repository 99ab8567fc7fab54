/* SPDX-License-Identifier: BSD-3-Clause
 * Bare side: mimalloc by the names that are its own. */
#include <mimalloc.h>

#define SIDE_READS false
#define SIDE_REALLOCS true

static inline void *side_malloc(size_t size)
{
    return mi_malloc(size);
}

static inline void *side_realloc(void *ptr, size_t size)
{
    return mi_realloc(ptr, size);
}

static inline void side_free(void *ptr)
{
    mi_free(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    (void)size;
    mi_free(ptr);
}

static inline size_t side_used(void)
{
    return 0;
}

static inline size_t side_usable(void *ptr)
{
    return mi_usable_size(ptr);
}
