/* SPDX-License-Identifier: BSD-3-Clause
 * Used memory against a model: a million random operations on a table of blocks. */
#include <glib.h>
#include <string.h>

#include "functions.h"

enum { OPERATIONS = 1000000, CHECK_EVERY = 1000, BLOCKS = 4096 };

static struct block {
    unsigned char *ptr;
    size_t size; /* as requested */
    unsigned char mark;
    bool aligned;
} blocks[BLOCKS];

/* Mostly small, as programs ask; now and then above what allocators map on its own. */
static size_t random_size(GRand *random)
{
    int kind = g_rand_int_range(random, 0, 1000);
    int limit = kind == 0 ? 1 << 20 : kind <= 20 ? 1 << 15 : 1200;
    return (size_t)g_rand_int_range(random, 0, limit);
}

static void mark(struct block *block, unsigned char value)
{
    block->mark = value;
    if (block->size > 0) {
        block->ptr[0] = value;
        block->ptr[block->size - 1] = value;
    }
}

static void check_marks(const struct block *block, size_t size)
{
    if (size > 0)
        g_assert_cmpuint(block->ptr[0], ==, block->mark);
    if (size > 0 && size == block->size)
        g_assert_cmpuint(block->ptr[size - 1], ==, block->mark);
}

static void make(struct block *block, GRand *random)
{
    const struct maker *maker = &makers[g_rand_int_range(random, 0, LENGTH(makers))];
    size_t usable;
    block->size = random_size(random);
    block->aligned = maker->aligned;
    block->ptr = maker->make(block->size, &usable);
    g_assert_nonnull(block->ptr);
    mark(block, (unsigned char)g_rand_int(random));
}

static void resize(struct block *block, GRand *random)
{
    const struct resizer *resizer = &resizers[g_rand_int_range(random, 0, LENGTH(resizers))];
    size_t usable, size = random_size(random);
    check_marks(block, block->size);
    block->ptr = resizer->resize(block->ptr, size, &usable);
    if (size == 0) {
        g_assert_null(block->ptr);
        return;
    }
    g_assert_nonnull(block->ptr);
    check_marks(block, MIN(size, block->size));
    block->size = size;
    mark(block, (unsigned char)g_rand_int(random));
}

static void release(struct block *block, GRand *random)
{
    int count = (int)LENGTH(releasers) - (block->aligned ? 1 : 0);
    check_marks(block, block->size);
    releasers[g_rand_int_range(random, 0, count)].release(block->ptr, block->size);
    block->ptr = NULL;
}

static size_t sum_of_live_blocks(void)
{
    size_t sum = 0;
    for (size_t i = 0; i < BLOCKS; i++) {
        g_assert_cmpuint(zmalloc_size(blocks[i].ptr), >=, blocks[i].ptr ? blocks[i].size : 0);
        sum += zmalloc_size(blocks[i].ptr);
    }
    return sum;
}

static void used_memory_equals_the_model(void)
{
    guint32 seed = (guint32)g_test_rand_int();
    GRand *random = g_rand_new_with_seed(seed);
    g_test_message("seed %u", seed);

    for (unsigned done = 1; done <= OPERATIONS; done++) {
        struct block *block = &blocks[g_rand_int_range(random, 0, BLOCKS)];
        if (block->ptr == NULL)
            make(block, random);
        else if (g_rand_boolean(random))
            resize(block, random);
        else
            release(block, random);
        if (done % CHECK_EVERY == 0)
            g_assert_cmpuint(zmalloc_used_memory(), ==, sum_of_live_blocks());
    }
    g_assert_cmpuint(zmalloc_used_memory(), >, 0);
    for (size_t i = 0; i < BLOCKS; i++) {
        if (blocks[i].ptr != NULL)
            release(&blocks[i], random);
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    g_rand_free(random);
    /* Under an allocator that was preloaded: it took effect. */
    if (g_getenv("ZMALLOC_TEST_SIZE_SOURCE") != NULL)
        g_assert_cmpstr(zmalloc_size_source(), ==, g_getenv("ZMALLOC_TEST_SIZE_SOURCE"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exactness/used-memory-equals-the-model", used_memory_equals_the_model);
    return g_test_run();
}
