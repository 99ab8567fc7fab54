/* SPDX-License-Identifier: BSD-3-Clause
 * Times one workload on one side: PROGRAM WORKLOAD THREADS COUNT [what a peer needs]
 * COUNT is per thread. Prints the nanoseconds it took, those per operation, and those of processor
 * time per operation; or n/a. */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"

static const struct workload *const workloads[] = {
    &pair, &churn, &churn_large, &sized, &doubling, &cross, &thread_starts,
};

static struct {
    const struct workload *workload;
    uint64_t count;
    pthread_barrier_t start;
} job;

static uint64_t read_clock(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

struct instant now(void)
{
    return (struct instant){
        .wall = read_clock(CLOCK_MONOTONIC),
        .cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID),
    };
}

void *own_memory(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL)
        err(1, "calloc");
    return memory;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    job.workload->prepare(worker);
    job.workload->run(worker, job.count / 8 + 1);
    pthread_barrier_wait(&job.start);
    worker->start = now();
    job.workload->run(worker, job.count);
    worker->end = now();
    job.workload->finish(worker);
    return NULL;
}

/* From the first start to the last end. The main thread is one of those that work, so that with one
 * thread the process has only one, and allocators that make use of that can. */
static struct instant time_work(unsigned threads)
{
    static struct worker workers[MOST_THREADS];
    pthread_t handles[MOST_THREADS];
    pthread_barrier_init(&job.start, NULL, threads);
    for (unsigned i = 0; i < threads; i++)
        workers[i] = (struct worker){.index = i, .random = 0x9e3779b97f4a7c15 * (i + 1)};
    for (unsigned i = 1; i < threads; i++) {
        if (pthread_create(&handles[i], NULL, work, &workers[i]) != 0)
            errx(1, "cannot start %u threads", threads);
    }
    work(&workers[0]);
    struct instant start = workers[0].start, end = workers[0].end;
    for (unsigned i = 1; i < threads; i++) {
        pthread_join(handles[i], NULL);
        if (workers[i].start.wall < start.wall)
            start = workers[i].start;
        if (workers[i].end.wall > end.wall)
            end = workers[i].end;
    }
    return (struct instant){.wall = end.wall - start.wall, .cpu = end.cpu - start.cpu};
}

static void report(struct instant elapsed, double operations)
{
    double wall = (double)elapsed.wall, cpu = (double)elapsed.cpu;
    printf("%.0f %.6f %.6f\n", wall, wall / operations, cpu / operations);
}

static int not_applicable(void)
{
    puts("n/a");
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
#ifdef SIDE_OPEN
    if (argc != 4 + PEER_ARGUMENTS)
        errx(2, "usage: %s WORKLOAD THREADS COUNT FILE MALLOC FREE REALLOC USED", argv[0]);
    SIDE_OPEN(&argv[4]);
#else
    if (argc != 4)
        errx(2, "usage: %s WORKLOAD THREADS COUNT", argv[0]);
#endif
    const char *name = argv[1];
    unsigned threads = (unsigned)strtoul(argv[2], NULL, 10);
    uint64_t count = strtoull(argv[3], NULL, 10);

#ifdef SIDE_VERSION
    if (strcmp(name, "version") == 0)
        return puts(SIDE_VERSION) < 0;
#endif
    if (strcmp(name, "footprint-64") == 0 || strcmp(name, "footprint-churn") == 0) {
        print_footprint(count, strcmp(name, "footprint-64") == 0 ? 64 : 0);
        return EXIT_SUCCESS;
    }
    if (strcmp(name, "read") == 0) {
        if (!SIDE_READS)
            return not_applicable();
        report(time_reads(threads, count), (double)count);
        return EXIT_SUCCESS;
    }

    for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
        if (strcmp(name, workloads[i]->name) == 0)
            job.workload = workloads[i];
    }
    if (job.workload == NULL || threads == 0 || threads > MOST_THREADS || count == 0)
        errx(2, "no such workload, or not with so many threads: %s", name);
    unsigned together = job.workload->threads_an_operation;
    if (threads % together != 0 || (job.workload->reallocates && !SIDE_REALLOCS))
        return not_applicable();
    job.count = count;
    report(time_work(threads), (double)count * (threads / together));
}
