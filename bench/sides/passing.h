/* SPDX-License-Identifier: BSD-3-Clause
 * The bare allocator behind a shared library that does nothing but pass calls on (passing.c): what
 * any library costs that stands between. */
#include <stddef.h>

#define SIDE_READS false
#define SIDE_REALLOCS true

void *passing_malloc(size_t size);
void *passing_realloc(void *ptr, size_t size);
void passing_free(void *ptr);
void passing_free_sized(void *ptr, size_t size);
size_t passing_usable(void *ptr);

static inline void *side_malloc(size_t size)
{
    return passing_malloc(size);
}

static inline void *side_realloc(void *ptr, size_t size)
{
    return passing_realloc(ptr, size);
}

static inline void side_free(void *ptr)
{
    passing_free(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    passing_free_sized(ptr, size);
}

static inline size_t side_used(void)
{
    return 0;
}

static inline size_t side_usable(void *ptr)
{
    return passing_usable(ptr);
}
