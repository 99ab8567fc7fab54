/* SPDX-License-Identifier: BSD-3-Clause
 * The least that counting can cost on tcmalloc: the bare allocator, asked for the size of every block that is
 * freed by its address; that of a new one is taken to cost nothing. Two sums in the
 * program itself, no layer of functions, and nothing that makes the sums exact. */
#include <gperftools/tcmalloc.h>

#define SIDE_READS false
#define SIDE_REALLOCS false

static _Thread_local volatile size_t asked_allocated, asked_freed;

static inline void *side_malloc(size_t size)
{
    void *ptr = tc_malloc(size);
    asked_allocated += size;
    return ptr;
}

static inline void *side_realloc(void *ptr, size_t size)
{
    (void)size;
    return ptr;
}

static inline void side_free(void *ptr)
{
    asked_freed += tc_malloc_size(ptr);
    tc_free(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    asked_freed += size;
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
