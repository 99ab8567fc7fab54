/* SPDX-License-Identifier: BSD-3-Clause
 * Bare side: gperftools' tcmalloc by the names that are its own. */
#include <gperftools/tcmalloc.h>

#define SIDE_READS false
#define SIDE_REALLOCS true

static inline void *side_malloc(size_t size)
{
    return tc_malloc(size);
}

static inline void *side_realloc(void *ptr, size_t size)
{
    return tc_realloc(ptr, size);
}

static inline void side_free(void *ptr)
{
    tc_free(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    (void)size;
    tc_free(ptr);
}

static inline size_t side_used(void)
{
    return 0;
}

static inline size_t side_usable(void *ptr)
{
    return tc_malloc_size(ptr);
}
