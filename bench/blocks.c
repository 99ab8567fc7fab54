/* SPDX-License-Identifier: BSD-3-Clause
 * Workloads in which a thread frees what it allocated itself. */
#include <stdlib.h>

#include "measure.h"

#define INLINE static inline __attribute__((always_inline))

static void nothing(struct worker *worker)
{
    (void)worker;
}

/* ---- pair: the shortest path there is -------------------------------------------------------- */

static void run_pair(struct worker *worker, uint64_t count)
{
    (void)worker;
    for (uint64_t i = 0; i < count; i++) {
        void *ptr = side_malloc(64);
        touch(ptr);
        side_free(ptr);
    }
}

/* ---- churn, churn-large, sized: random blocks of a live set are replaced --------------------- */

enum { SLOTS_BITS = 12, SLOTS_BITS_LARGE = 9 };

struct slot {
    void *ptr;
    size_t size;
};

/* The logarithm is uniform: as many blocks between 16 and 32 bytes as between 128 and 256 KiB. */
INLINE size_t large_size(uint64_t random)
{
    size_t power = (size_t)16 << ((random & 0xffff) * 14 >> 16);
    return power + ((random >> 16) & (power - 1));
}

INLINE void fill(struct worker *worker, unsigned bits, size_t (*size)(uint64_t random))
{
    struct slot *slots = worker->state = own_memory((size_t)1 << bits, sizeof(*slots));
    for (size_t i = 0; i < (size_t)1 << bits; i++) {
        slots[i].size = size(draw(&worker->random));
        slots[i].ptr = side_malloc(slots[i].size);
        touch(slots[i].ptr);
    }
}

INLINE void replace(
    struct worker *worker, uint64_t count, unsigned bits, size_t (*size)(uint64_t random),
    bool by_size)
{
    struct slot *slots = worker->state;
    uint64_t random = worker->random; /* in a register */
    for (uint64_t i = 0; i < count; i++) {
        draw(&random);
        struct slot *slot = &slots[random >> (64 - bits)];
        if (by_size)
            side_free_sized(slot->ptr, slot->size);
        else
            side_free(slot->ptr);
        slot->size = size(random);
        slot->ptr = side_malloc(slot->size);
        touch(slot->ptr);
    }
    worker->random = random;
}

INLINE void empty(struct worker *worker, unsigned bits)
{
    struct slot *slots = worker->state;
    for (size_t i = 0; i < (size_t)1 << bits; i++)
        side_free(slots[i].ptr);
    free(slots);
}

static void fill_small(struct worker *worker)
{
    fill(worker, SLOTS_BITS, churn_size);
}

static void run_churn(struct worker *worker, uint64_t count)
{
    replace(worker, count, SLOTS_BITS, churn_size, false);
}

static void run_sized(struct worker *worker, uint64_t count)
{
    replace(worker, count, SLOTS_BITS, churn_size, true);
}

static void empty_small(struct worker *worker)
{
    empty(worker, SLOTS_BITS);
}

static void fill_large(struct worker *worker)
{
    fill(worker, SLOTS_BITS_LARGE, large_size);
}

static void run_large(struct worker *worker, uint64_t count)
{
    replace(worker, count, SLOTS_BITS_LARGE, large_size, false);
}

static void empty_large(struct worker *worker)
{
    empty(worker, SLOTS_BITS_LARGE);
}

/* ---- realloc: vectors that double from 16 bytes to 1 MiB ------------------------------------- */

/* Side by side, as one alone would lie at the end of the heap and grow in its place. */
enum { VECTORS = 16 };

static const size_t shortest = 16, longest = 1 << 20;

static void start_vectors(struct worker *worker)
{
    struct slot *vectors = worker->state = own_memory(VECTORS, sizeof(*vectors));
    for (unsigned i = 0; i < VECTORS; i++) {
        vectors[i].size = shortest << i;
        vectors[i].ptr = side_malloc(vectors[i].size);
        touch(vectors[i].ptr);
    }
}

static void run_vectors(struct worker *worker, uint64_t count)
{
    struct slot *vectors = worker->state;
    for (uint64_t i = 0; i < count; i++) {
        struct slot *vector = &vectors[draw(&worker->random) % VECTORS];
        if (vector->size == longest) {
            side_free(vector->ptr);
            vector->size = shortest;
            vector->ptr = side_malloc(vector->size);
        } else {
            vector->size *= 2;
            vector->ptr = side_realloc(vector->ptr, vector->size);
        }
        touch((char *)vector->ptr + vector->size / 2);
    }
}

static void free_vectors(struct worker *worker)
{
    struct slot *vectors = worker->state;
    for (unsigned i = 0; i < VECTORS; i++)
        side_free(vectors[i].ptr);
    free(vectors);
}

const struct workload pair = {"pair", 1, false, nothing, run_pair, nothing};
const struct workload churn = {"churn", 1, false, fill_small, run_churn, empty_small};
const struct workload churn_large = {"churn-large", 1, false, fill_large, run_large, empty_large};
const struct workload sized = {"sized", 1, false, fill_small, run_sized, empty_small};
const struct workload doubling = {"realloc", 1, true, start_vectors, run_vectors, free_vectors};
