/* SPDX-License-Identifier: BSD-3-Clause
 * Workload: one thread allocates, another frees. The blocks go through a ring of the pair's own,
 * handed over by the batch, so that what is measured is the allocator and not the queue. */
#include <sched.h>
#include <stdatomic.h>

#include "measure.h"

enum { RING = 1024, BATCH = 64 };

/* Both counts only grow, each written by one side. */
struct ring {
    _Alignas(CACHE_LINE) atomic_size_t written;
    _Alignas(CACHE_LINE) atomic_size_t taken;
    _Alignas(CACHE_LINE) void *blocks[RING];
};

static struct ring rings[MOST_THREADS / 2];

/* Threads may be more than processors: who waits gives way. */
static size_t wait_above(atomic_size_t *count, size_t level)
{
    size_t seen;
    while ((seen = atomic_load_explicit(count, memory_order_acquire)) <= level)
        sched_yield();
    return seen;
}

static void produce(struct ring *ring, struct worker *worker, uint64_t count)
{
    size_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    while (count > 0) {
        size_t batch = count < BATCH ? count : BATCH;
        if (written + batch > RING)
            wait_above(&ring->taken, written + batch - RING - 1);
        for (size_t end = written + batch; written < end; written++) {
            void *ptr = side_malloc(churn_size(draw(&worker->random)));
            touch(ptr);
            ring->blocks[written % RING] = ptr;
        }
        atomic_store_explicit(&ring->written, written, memory_order_release);
        count -= batch;
    }
}

static void consume(struct ring *ring, uint64_t count)
{
    size_t taken = atomic_load_explicit(&ring->taken, memory_order_relaxed);
    size_t end = taken + count;
    while (taken < end) {
        size_t written = wait_above(&ring->written, taken);
        for (; taken < written && taken < end; taken++)
            side_free(ring->blocks[taken % RING]);
        atomic_store_explicit(&ring->taken, taken, memory_order_release);
    }
}

static void prepare(struct worker *worker)
{
    worker->state = &rings[worker->index / 2];
}

static void run(struct worker *worker, uint64_t count)
{
    if (worker->index % 2 == 0)
        produce(worker->state, worker, count);
    else
        consume(worker->state, count);
}

static void finish(struct worker *worker)
{
    (void)worker;
}

const struct workload cross = {"cross", 2, false, prepare, run, finish};
