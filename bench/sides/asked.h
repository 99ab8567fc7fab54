/* SPDX-License-Identifier: BSD-3-Clause
 * The least that counting can cost on an allocator that has to be asked for sizes: the bare one, asked
 * as often as must be, with two sums in the program itself. No layer of functions, and nothing that
 * makes the sums exact. The header that includes this names the calls, as ASKED_*. */
#define SIDE_READS false
#define SIDE_REALLOCS false

/* volatile: the sums are kept, though nobody reads them. */
static _Thread_local volatile size_t asked_allocated, asked_freed;

static inline void *side_malloc(size_t size)
{
    void *ptr = ASKED_MALLOC(size);
    asked_allocated += ASKED_SIZE_OF(ptr, size);
    return ptr;
}

static inline void *side_realloc(void *ptr, size_t size)
{
    (void)size;
    return ptr;
}

static inline void side_free(void *ptr)
{
    asked_freed += ASKED_USABLE(ptr);
    ASKED_FREE(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    asked_freed += ASKED_SIZE_OF(ptr, size);
    ASKED_FREE(ptr);
}

static inline size_t side_used(void)
{
    return 0;
}

static inline size_t side_usable(void *ptr)
{
    return ASKED_USABLE(ptr);
}
