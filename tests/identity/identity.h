/* SPDX-License-Identifier: BSD-3-Clause
 * Which allocator did the blocks come from? Each program here links libzmalloc and the C library
 * alone, as users do, and asks the allocator itself, found by dlsym(): a library that calls plain
 * malloc() gets the C library's while it goes on naming another. */
#ifndef TESTS_IDENTITY_H
#define TESTS_IDENTITY_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <zmalloc.h>

static inline void *must_find(const char *symbol)
{
    void *found = dlsym(RTLD_DEFAULT, symbol);
    if (found == NULL) {
        printf("%s is not in this process\n", symbol);
        exit(EXIT_FAILURE);
    }
    return found;
}

static inline void check(int holds, const char *what, size_t value, size_t expected)
{
    printf("%s: %s (%zu, expected %zu)\n", holds ? "ok" : "WRONG", what, value, expected);
    if (!holds)
        exit(EXIT_FAILURE);
}

/* All ways to a new block: each of them could call the wrong function. bytes_in_use() tells what
 * the allocator has handed out, as a figure that moves by at least the size of each block. */
static inline void check_all_ways(size_t (*bytes_in_use)(void))
{
    static const size_t size = 100000;
    size_t before = bytes_in_use();
    void *blocks[] = {
        zmalloc(size),
        zcalloc(size),
        zcalloc_num(size / 4, 4),
        zrealloc(NULL, size),
        ztrymalloc(size),
        ztrycalloc(size),
        ztryrealloc(NULL, size),
        zaligned_alloc(256, size),
        zrealloc(zmalloc(100), size),
    };
    size_t count = sizeof(blocks) / sizeof(blocks[0]);
    size_t held = bytes_in_use() - before;
    check(held >= count * size, "blocks come from it", held, count * size);
    for (size_t i = 0; i < count; i++) {
        if (i % 3 == 0)
            zfree(blocks[i]);
        else if (i % 3 == 1)
            zfree_sized(blocks[i], size);
        else
            zfree_usable(blocks[i], NULL);
    }
    size_t left = bytes_in_use() - before;
    check(left < count * size / 10, "blocks go back to it", left, 0);
    check(zmalloc_used_memory() == 0, "none is counted any more", zmalloc_used_memory(), 0);
}

/* The program break is the C library's alone: it takes memory there under a lock of its own, and
 * whoever else does so is given the same memory now and then. */
static inline void check_leaves_the_break(void)
{
    char *before = sbrk(0);
    for (unsigned i = 0; i < 100; i++) {
        if (zmalloc(100000) == NULL)
            exit(EXIT_FAILURE);
    }
    size_t moved = (size_t)((char *)sbrk(0) - before);
    check(moved == 0, "the program break is where it was", moved, 0);
}

#endif
