/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: the C library's allocator on macOS, which calls malloc_usable_size() malloc_size().
 * Written from Apple's malloc(3) and malloc_size(3) manuals; not tested. */
#include <malloc/malloc.h>

static inline size_t malloc_usable_size(void *ptr)
{
    return malloc_size(ptr);
}

#define LIBC_SIZE_FUNCTION "malloc_size"
#include "backend/libc.h"
