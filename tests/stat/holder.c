/* SPDX-License-Identifier: BSD-3-Clause
 * Holds so many MiB for so many seconds, and ends with an exit status, or waits for a signal:
 * holder MIB SECONDS STATUS|wait */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zmalloc.h>

static void *volatile block; /* held to the end */

static void handle(int signal)
{
    (void)signal;
    _exit(42);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    size_t size = (size_t)atoi(argv[1]) << 20;
    double seconds = atof(argv[2]);
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    signal(SIGTERM, handle);
    block = memset(zmalloc(size), 1, size);
    puts("holding");
    fflush(stdout);
    if (strcmp(argv[3], "wait") == 0)
        return sleep(60) == 0;
    nanosleep(&time, NULL);
    return atoi(argv[3]);
}
