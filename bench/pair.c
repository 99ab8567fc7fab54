/* SPDX-License-Identifier: BSD-3-Clause
 * What a counted malloc+free pair costs, against the bare allocator in the same process: both are
 * timed in turns, and each turn gives one ratio. The median of the ratios is the result, with
 * the middle half of them in brackets; single times depend on what else the machine does. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zmalloc.h>

#include "backend/backend.h"

enum { ROUNDS = 31, PAIRS = 200000, SIZES = 4096, KEPT = 64, MOST_THREADS = 2 };

static size_t sizes[SIZES];

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* A block is freed KEPT pairs after it was made, as blocks that live for a while are. */
#define RUN(name, allocate, release)                                                               \
    static void *name(void *barrier)                                                               \
    {                                                                                              \
        void *kept[KEPT] = {NULL};                                                                 \
        pthread_barrier_wait(barrier);                                                             \
        for (unsigned i = 0; i < PAIRS; i++) {                                                     \
            void **place = &kept[i % KEPT];                                                        \
            if (*place != NULL)                                                                    \
                release(*place);                                                                   \
            *place = allocate(sizes[i % SIZES]);                                                   \
            *(volatile char *)*place = 1;                                                          \
        }                                                                                          \
        for (unsigned i = 0; i < KEPT; i++)                                                        \
            release(kept[i]);                                                                      \
        return NULL;                                                                               \
    }

RUN(run_bare, backend_malloc, backend_free)
RUN(run_counted, zmalloc, zfree)

static double time_per_pair(void *(*run)(void *), unsigned threads)
{
    pthread_t thread[MOST_THREADS];
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, threads);
    double start = now();
    for (unsigned i = 1; i < threads; i++) {
        if (pthread_create(&thread[i], NULL, run, &barrier) != 0)
            abort();
    }
    run(&barrier);
    for (unsigned i = 1; i < threads; i++)
        pthread_join(thread[i], NULL);
    double elapsed = now() - start;
    pthread_barrier_destroy(&barrier);
    return elapsed / PAIRS;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof(values[0]), compare);
    return values[ROUNDS / 2];
}

static void measure(const char *cell, unsigned threads)
{
    double bare[ROUNDS], counted[ROUNDS], ratio[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        bare[i] = time_per_pair(run_bare, threads);
        counted[i] = time_per_pair(run_counted, threads);
        ratio[i] = counted[i] / bare[i];
    }
    double middle = median(ratio); /* sorts them */
    printf(
        "%-18s %u threads  bare %6.1f ns  counted %6.1f ns  ratio %5.2f (%.2f to %.2f)\n", cell,
        threads, median(bare), median(counted), middle, ratio[ROUNDS / 4],
        ratio[ROUNDS - 1 - ROUNDS / 4]);
}

int main(int argc, char **argv)
{
    srandom(1);
    for (unsigned i = 0; i < SIZES; i++)
        sizes[i] = 16 + (size_t)random() % 1024;
    const char *cell = argc > 1 ? argv[1] : ZMALLOC_LIB;
    for (unsigned threads = 1; threads <= MOST_THREADS; threads++)
        measure(cell, threads);
    return EXIT_SUCCESS;
}
