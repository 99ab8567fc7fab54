/* SPDX-License-Identifier: BSD-3-Clause
 * Calls whose instructions valgrind counts, one kind of call in a function of its own each: see
 * instructions.py. Warm, and of sizes that allocators keep at hand per thread. */
#include <stdio.h>
#include <stdlib.h>

#include "side.h"

enum { BLOCKS = 64, ROUNDS = 500, WARM_UP = 50, SIZES = 64, STEP = 16 };

#define COUNTED __attribute__((noinline, noclone))

static void *blocks[BLOCKS];
static size_t sizes[BLOCKS];

/* Counted by valgrind from the call to the return; what the loop itself takes is in all of them. */
COUNTED void count_malloc(void);
COUNTED void count_free(void);
COUNTED void count_free_sized(void);

void count_malloc(void)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = side_malloc(sizes[i]);
}

void count_free(void)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        side_free(blocks[i]);
}

void count_free_sized(void)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        side_free_sized(blocks[i], sizes[i]);
}

static void allocate_uncounted(void)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = side_malloc(sizes[i]);
}

static void free_uncounted(void)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        side_free(blocks[i]);
}

/* With an argument: the version of what is measured, and no more. */
int main(int argc, char **argv)
{
    (void)argv;
#ifdef SIDE_OPEN
    SIDE_OPEN();
#endif
#ifdef SIDE_VERSION
    if (argc > 1)
        return puts(SIDE_VERSION) < 0;
#else
    (void)argc;
#endif
    for (unsigned i = 0; i < BLOCKS; i++)
        sizes[i] = STEP + i * 37 % SIZES * STEP;
    for (unsigned round = 0; round < WARM_UP; round++) {
        allocate_uncounted();
        free_uncounted();
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        count_malloc();
        count_free();
        allocate_uncounted();
        count_free_sized();
    }
    return EXIT_SUCCESS;
}
