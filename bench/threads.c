/* SPDX-License-Identifier: BSD-3-Clause
 * Workloads that are about threads: starting them, and reading the memory used while many
 * are alive. */
#include <err.h>
#include <pthread.h>
#include <stdlib.h>

#include "measure.h"

/* ---- threads: create, allocate, free, join --------------------------------------------------- */

static void *live_briefly(void *unused)
{
    (void)unused;
    void *ptr = side_malloc(64);
    touch(ptr);
    side_free(ptr);
    return NULL;
}

static void run_starts(struct worker *worker, uint64_t count)
{
    (void)worker;
    for (uint64_t i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, live_briefly, NULL) != 0)
            errx(1, "cannot start a thread");
        pthread_join(thread, NULL);
    }
}

static void nothing(struct worker *worker)
{
    (void)worker;
}

const struct workload thread_starts = {"threads", 1, false, nothing, run_starts, nothing};

/* ---- read ------------------------------------------------------------------------------------ */

static pthread_barrier_t allocated, over;

static void *hold_a_block(void *unused)
{
    (void)unused;
    void *ptr = side_malloc(64);
    touch(ptr);
    pthread_barrier_wait(&allocated);
    pthread_barrier_wait(&over);
    side_free(ptr);
    return NULL;
}

static struct instant read_for(uint64_t count)
{
    volatile size_t used;
    struct instant start = now();
    for (uint64_t i = 0; i < count; i++)
        used = side_used();
    (void)used;
    struct instant end = now();
    return (struct instant){.wall = end.wall - start.wall, .cpu = end.cpu - start.cpu};
}

struct instant time_reads(unsigned threads, uint64_t count)
{
    pthread_t *handles = own_memory(threads, sizeof(*handles));
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)128 * 1024);
    pthread_barrier_init(&allocated, NULL, threads + 1);
    pthread_barrier_init(&over, NULL, threads + 1);
    for (unsigned i = 0; i < threads; i++) {
        if (pthread_create(&handles[i], &small, hold_a_block, NULL) != 0)
            errx(1, "cannot start %u threads", threads);
    }
    pthread_barrier_wait(&allocated);
    read_for(count / 8 + 1);
    struct instant elapsed = read_for(count);
    pthread_barrier_wait(&over);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(handles[i], NULL);
    free(handles);
    return elapsed;
}
