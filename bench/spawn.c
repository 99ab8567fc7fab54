/* SPDX-License-Identifier: BSD-3-Clause
 * Times how long programs take to start and end: spawn wall|cpu ROUNDS PROGRAM...
 * Each round runs all of them in turn and prints one line of microseconds. */
#include <err.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double wall(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double cpu(const struct rusage *usage)
{
    const struct timeval *user = &usage->ru_utime, *system = &usage->ru_stime;
    return (double)(user->tv_sec + system->tv_sec) * 1e6 +
           (double)(user->tv_usec + system->tv_usec);
}

static double time_of(char *program, bool by_cpu)
{
    char *arguments[] = {program, NULL};
    struct rusage usage;
    pid_t pid;
    int status;
    double start = wall();
    if (posix_spawn(&pid, program, NULL, NULL, arguments, environ) != 0 ||
        wait4(pid, &status, 0, &usage) != pid || status != 0)
        errx(1, "%s does not run", program);
    return by_cpu ? cpu(&usage) : wall() - start;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        errx(2, "usage: %s wall|cpu ROUNDS PROGRAM...", argv[0]);
    bool by_cpu = strcmp(argv[1], "cpu") == 0;
    for (long rounds = strtol(argv[2], NULL, 10); rounds > 0; rounds--) {
        for (int i = 3; i < argc; i++)
            printf("%.1f%c", time_of(argv[i], by_cpu), i + 1 < argc ? ' ' : '\n');
    }
}
