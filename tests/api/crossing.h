/* SPDX-License-Identifier: BSD-3-Clause
 * Blocks that cross threads: a table of places from which any thread takes, and to which any thread
 * gives, one block at a time. */
#ifndef TESTS_CROSSING_H
#define TESTS_CROSSING_H

#include <glib.h>
#include <stdatomic.h>

#include <zmalloc.h>

enum { PLACES = 64, BLOCK_SIZE = 1000 };

static _Atomic(unsigned char *) places[PLACES];

/* ThreadSanitizer does not see how an allocator that was built without it hands memory from one
 * thread to the next, and would report the blocks' contents. What it is to watch is the account. */
#define BLIND __attribute__((no_sanitize("thread"), noinline))

BLIND static void crossing_mark(unsigned char *block)
{
    *(volatile unsigned char *)block = (unsigned char)((guintptr)block >> 4);
}

BLIND static void crossing_check(unsigned char *block)
{
    g_assert_cmpuint(*(volatile unsigned char *)block, ==, (unsigned char)((guintptr)block >> 4));
}

/* Puts a new block at a place and frees the one that was there, most often another thread's. */
static inline void crossing_step(unsigned place)
{
    unsigned char *block = zmalloc(BLOCK_SIZE);
    crossing_mark(block);
    block = atomic_exchange(&places[place % PLACES], block);
    if (block != NULL) {
        crossing_check(block);
        zfree(block);
    }
}

static inline size_t crossing_counted(void)
{
    size_t counted = 0;
    for (unsigned i = 0; i < PLACES; i++)
        counted += zmalloc_size(atomic_load(&places[i]));
    return counted;
}

static inline void crossing_clear(void)
{
    for (unsigned i = 0; i < PLACES; i++)
        zfree(atomic_exchange(&places[i], NULL));
}

#endif
