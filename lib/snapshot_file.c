/* SPDX-License-Identifier: BSD-3-Clause
 * Snapshots that whoever runs the program asks for: the file that ZMALLOC_SNAPSHOT names, written at
 * exit, and on a signal if the program wants one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zmalloc.h>

#include "internal.h"
#include "snapshot.h"

/* As it was at the start: a program may change its environment, or write over it. Empty: none. */
static char pattern[PATH_MAX];
static pid_t first_process;

/* ---- The file -------------------------------------------------------------------------------- */

/* Others would be led to a file of their own by a variable that they did not set. */
static const char *variable(const char *name)
{
#ifdef _GNU_SOURCE
    return secure_getenv(name);
#else
    return getenv(name);
#endif
}

__attribute__((constructor)) static void remember(void)
{
    const char *value = variable("ZMALLOC_SNAPSHOT");
    first_process = getpid();
    if (value != NULL && strlen(value) < sizeof(pattern))
        memcpy(pattern, value, strlen(value) + 1);
}

/* "%p" in its name is the process: each has its own file then. False: this process has none, for it is
 * a child of fork(), and the file is that of its parent. */
static bool name_file(char *path, size_t size)
{
    const char *mark = strstr(pattern, "%p");
    if (pattern[0] == '\0' || (mark == NULL && getpid() != first_process))
        return false;
    int length = mark == NULL ? snprintf(path, size, "%s", pattern)
                              : snprintf(
                                    path, size, "%.*s%ld%s", (int)(mark - pattern), pattern,
                                    (long)getpid(), mark + 2);
    return length > 0 && (size_t)length < size;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), end = strlen(ending);
    return length >= end && strcmp(text + length - end, ending) == 0;
}

static int format_of(const char *path)
{
    return ends_with(path, ".json") ? ZMALLOC_JSON
           : ends_with(path, ".om") ? ZMALLOC_OPENMETRICS
                                    : ZMALLOC_TEXT;
}

static bool is_replaceable(const char *path)
{
    struct stat status;
    return lstat(path, &status) != 0 ? errno == ENOENT : S_ISREG(status.st_mode);
}

/* A file is replaced by a whole one, so that nobody reads half of it; a device or a pipe is written
 * to. There is nobody to tell an error to. */
static void write_file(void)
{
    struct zmalloc_snapshot snapshot;
    char path[PATH_MAX], beside[PATH_MAX];
    if (!name_file(path, sizeof(path)))
        return;
    bool replaces = is_replaceable(path);
    int length = snprintf(beside, sizeof(beside), "%s.%ld.tmp", path, (long)getpid());
    if (replaces && (length < 0 || (size_t)length >= sizeof(beside)))
        return;
    /* A file of ours, not one that somebody has put there; and a pipe that nobody reads is no reason
     * to wait. */
    if (replaces)
        unlink(beside);
    int fd = replaces ? open(beside, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0666)
                      : open(path, O_WRONLY | O_CLOEXEC | O_APPEND | O_NONBLOCK);
    if (fd < 0)
        return;
    if (!replaces)
        fcntl(fd, F_SETFL, O_APPEND);
    zmi_snapshot_take(&snapshot);
    int failed = zmalloc_snapshot_write(&snapshot, fd, format_of(path));
    failed |= close(fd);
    if (replaces && (failed || rename(beside, path) != 0))
        unlink(beside);
}

/* The thread may be at work when the process ends, or is forked: whose lock it is is so told by its
 * process, that a child does not wait for a thread of its parent's. */
static void lock(_Atomic(long) *owner)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    long own = (long)getpid(), seen = 0;
    while (!atomic_compare_exchange_strong(owner, &seen, own)) {
        if (seen == own) {
            nanosleep(&moment, NULL);
            seen = 0;
        }
    }
}

static void unlock(_Atomic(long) *owner)
{
    atomic_store(owner, 0);
}

static _Atomic(long) writer;

static void write_now(void)
{
    int saved_errno = errno;
    lock(&writer);
    write_file();
    unlock(&writer);
    errno = saved_errno;
}

/* The last one: the thread would be cut off in the next, and leave half of a file. */
__attribute__((destructor)) static void write_at_exit(void)
{
    int saved_errno = errno;
    lock(&writer);
    write_file();
    errno = saved_errno;
}

/* ---- On a signal ----------------------------------------------------------------------------- */

static sem_t asked;
static pid_t process_of_thread;

/* All that a handler may do here: sem_post() is async-signal-safe (signal-safety(7)). */
static void ask(int signal)
{
    (void)signal;
    int saved_errno = errno;
    sem_post(&asked);
    errno = saved_errno;
}

static void *write_when_asked(void *unused)
{
    for (;;) {
        if (sem_wait(&asked) == 0)
            write_now();
    }
    return unused;
}

/* In a child of fork() the parent's thread is not there. */
static int start_thread(void)
{
    pthread_t thread;
    sigset_t all, before;
    if (process_of_thread == getpid())
        return 0;
    if (sem_init(&asked, 0, 0) != 0)
        return errno;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread, NULL, write_when_asked, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0)
        return error;
    pthread_detach(thread);
    process_of_thread = getpid();
    return 0;
}

ZMI_EXPORT int zmalloc_snapshot_on_signal(int signal)
{
    static _Atomic(long) caller;
    int saved_errno = errno;
    int error = ENOENT;
    if (pattern[0] != '\0') {
        lock(&caller);
        error = start_thread();
        unlock(&caller);
    }
    struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    if (error == 0 && sigaction(signal, &action, NULL) != 0)
        error = errno;
    errno = error != 0 ? error : saved_errno;
    return error != 0 ? -1 : 0;
}
