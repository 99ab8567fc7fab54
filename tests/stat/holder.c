/* SPDX-License-Identifier: BSD-3-Clause
 * Holds so many MiB for so many seconds, and ends with an exit status; or until SIGTERM, and ends with
 * 42: holder MIB SECONDS STATUS|wait */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zmalloc.h>

static void *volatile block; /* held to the end */

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    size_t size = (size_t)atoi(argv[1]) << 20;
    double seconds = atof(argv[2]);
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    sigset_t expected;
    sigemptyset(&expected);
    sigaddset(&expected, SIGTERM);
    sigprocmask(SIG_BLOCK, &expected, NULL);
    block = memset(zmalloc(size), 1, size);
    puts("holding");
    fflush(stdout);
    if (strcmp(argv[3], "wait") == 0) {
        int signal;
        return sigwait(&expected, &signal) == 0 ? 42 : 1;
    }
    nanosleep(&time, NULL);
    return atoi(argv[3]);
}
