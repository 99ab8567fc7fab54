/* SPDX-License-Identifier: BSD-3-Clause
 * To be preloaded: half an allocator. It never takes memory back, and leaves malloc_usable_size() to
 * the C library, which reads of such a block what was never written for it. */
#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA = 64 << 20, FRONT = 16 };

static alignas(FRONT) char arena[ARENA];
static atomic_size_t next;

/* In front of each block, for realloc(). The second half is 0, where glibc has the size of a block of
 * its own: its malloc_usable_size() says 0. */
struct front {
    alignas(FRONT) size_t size;
};

static void *allocate(size_t alignment, size_t size)
{
    size_t room = size + alignment + 2 * FRONT;
    size_t offset = atomic_fetch_add(&next, (room + FRONT - 1) / FRONT * FRONT);
    if (size > ARENA || offset + room > ARENA)
        return NULL;
    uintptr_t at = (uintptr_t)arena + offset + FRONT + alignment - 1;
    char *block = (char *)(at - at % alignment);
    ((struct front *)block - 1)->size = size;
    return block;
}

void *malloc(size_t size)
{
    return allocate(FRONT, size);
}

void free(void *ptr)
{
    (void)ptr;
}

void *calloc(size_t count, size_t size)
{
    return allocate(FRONT, count * size); /* the arena is zero, and no part of it is given twice */
}

void *realloc(void *ptr, size_t size)
{
    void *moved = allocate(FRONT, size);
    if (ptr != NULL && moved != NULL) {
        size_t before = ((struct front *)ptr - 1)->size;
        memcpy(moved, ptr, before < size ? before : size);
    }
    return moved;
}

int posix_memalign(void **ptr, size_t alignment, size_t size)
{
    *ptr = allocate(alignment < FRONT ? FRONT : alignment, size);
    return *ptr == NULL ? ENOMEM : 0;
}
