/* SPDX-License-Identifier: BSD-3-Clause
 * The library that passing.h names, compiled for each allocator with the header of its bare side. */
#include "side.h"

void *passing_malloc(size_t size);
void *passing_realloc(void *ptr, size_t size);
void passing_free(void *ptr);
void passing_free_sized(void *ptr, size_t size);
size_t passing_usable(void *ptr);

void *passing_malloc(size_t size)
{
    return side_malloc(size);
}

void *passing_realloc(void *ptr, size_t size)
{
    return side_realloc(ptr, size);
}

void passing_free(void *ptr)
{
    side_free(ptr);
}

/* Not as bare sides do it: by the allocator's own, if it has one. */
void passing_free_sized(void *ptr, size_t size)
{
#ifdef PASSING_FREE_SIZED
    PASSING_FREE_SIZED(ptr, size);
#else
    side_free_sized(ptr, size);
#endif
}

size_t passing_usable(void *ptr)
{
    return side_usable(ptr);
}
