/* SPDX-License-Identifier: BSD-3-Clause
 * What measure.c and the workloads know of each other, and what they all do to blocks. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "side.h"

enum { MOST_THREADS = 64, CACHE_LINE = 64 };

/* Nanoseconds since whenever: by the wall, and of processor time of the whole process. */
struct instant {
    uint64_t wall, cpu;
};

struct instant now(void);

/* A thread that works. */
struct worker {
    unsigned index;
    uint64_t random; /* state of draw() */
    void *state;     /* the workload's own */
    struct instant start, end;
};

struct workload {
    const char *name;
    unsigned threads_an_operation; /* how many threads share one */
    bool reallocates;
    void (*prepare)(struct worker *worker);
    void (*run)(struct worker *worker, uint64_t count); /* twice: to warm up, and timed */
    void (*finish)(struct worker *worker);
};

extern const struct workload pair, churn, churn_large, sized, doubling; /* blocks.c */
extern const struct workload cross;                                     /* cross.c */
extern const struct workload thread_starts;                             /* threads.c */

/* What count reads of the memory used take, with so many other threads alive. */
struct instant time_reads(unsigned threads, uint64_t count); /* threads.c */

/* Prints what count live blocks cost; sizes is 0 for those of churn. */
void print_footprint(uint64_t count, size_t size); /* footprint.c */

/* Memory that the measurement itself needs, zeroed and not from the side. */
void *own_memory(size_t count, size_t size);

/* xorshift64: a draw costs less than a nanosecond, and one serves both for a place and a size. */
static inline uint64_t draw(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static inline size_t churn_size(uint64_t random)
{
    return 16 + (random >> 20) % 1024;
}

/* As a program does that allocates to write; and no compiler leaves out a block that is written. */
static inline void touch(void *ptr)
{
    *(volatile char *)ptr = 1;
}

#endif
