/* SPDX-License-Identifier: BSD-3-Clause
 * fork(2) from one of several busy threads: the child can allocate, free and read, and its figures
 * are right. */
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zmalloc.h>

#include "crossing.h"

enum { BUSY = 3, FORKS = 1000, FORKS_SANITIZED = 200, FORKS_EMULATED = 50, DEADLOCK_SECONDS = 60 };

static atomic_bool done;
static pthread_barrier_t all_busy;

/* AddressSanitizer's allocator (gcc 12) takes no care of its locks at fork(): under it, and only
 * then, no thread is inside it while another forks. */
#ifdef __SANITIZE_ADDRESS__
static pthread_rwlock_t allocating = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
#    define BEGIN_STEP() pthread_rwlock_rdlock(&allocating)
#    define BEGIN_FORK() pthread_rwlock_wrlock(&allocating)
#    define END() pthread_rwlock_unlock(&allocating)
#else
#    define BEGIN_STEP() (void)0
#    define BEGIN_FORK() (void)0
#    define END() (void)0
#endif

static void *be_busy(void *seed)
{
    GRand *random = g_rand_new_with_seed(GPOINTER_TO_UINT(seed));
    pthread_barrier_wait(&all_busy);
    while (!atomic_load(&done)) {
        BEGIN_STEP();
        crossing_step((unsigned)g_rand_int(random));
        END();
    }
    g_rand_free(random);
    return NULL;
}

/* What a child found wrong; its exit code. */
enum finding { NOTHING_WRONG, NO_MEMORY, TOO_MUCH, NOT_ADDED, NOT_COUNTED_OFF, NOT_ALL_THERE };

/* In the child the parent's other threads are gone: from the first reading on nothing but this
 * thread moves the figures. */
static enum finding look_from_the_child(size_t most_possible)
{
    size_t before = zmalloc_used_memory();
    if (before > most_possible)
        return TOO_MUCH;
    /* Each of the busy threads may have been between the allocator and the account. */
    if (before + BUSY * zmalloc_size(atomic_load(&places[0])) < crossing_counted())
        return NOT_ALL_THERE;
    void *blocks[50];
    size_t counted = before;
    for (unsigned i = 0; i < G_N_ELEMENTS(blocks); i++) {
        blocks[i] = ztrymalloc(i * 40);
        if (blocks[i] == NULL)
            return NO_MEMORY;
        counted += zmalloc_size(blocks[i]);
        if (zmalloc_used_memory() != counted)
            return NOT_ADDED;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(blocks); i++)
        zfree(blocks[i]);
    if (zmalloc_used_memory() != before)
        return NOT_COUNTED_OFF;
    if (zmalloc_peak_memory() < before)
        return TOO_MUCH;
    return NOTHING_WRONG;
}

static void child_works_and_counts(void)
{
    for (unsigned i = 0; i < PLACES; i++)
        crossing_step(i);
    size_t block_size = zmalloc_size(atomic_load(&places[0]));
    size_t most_possible = (PLACES + BUSY + 1) * block_size;

    /* A sanitizer's fork() takes many times as long, and what it looks for is not a matter of luck;
     * an emulator's takes as long, and what it looks for is the same on every machine; valgrind's,
     * too, and it lets one thread run at a time, which none is interrupted in. */
    unsigned forks = FORKS;
    if (g_getenv("ZMALLOC_TEST_SANITIZED") != NULL)
        forks = FORKS_SANITIZED;
    else if (
        g_getenv("ZMALLOC_TEST_EMULATED") != NULL || g_getenv("ZMALLOC_TEST_ONE_AT_A_TIME") != NULL)
        forks = FORKS_EMULATED;
    pthread_t threads[BUSY];
    pthread_barrier_init(&all_busy, NULL, BUSY + 1);
    for (unsigned i = 0; i < BUSY; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, be_busy, GUINT_TO_POINTER(i + 1)), ==, 0);
    pthread_barrier_wait(&all_busy);
    for (unsigned i = 0; i < forks; i++) {
        crossing_step(i); /* this thread, too, is one of the busy ones */
        BEGIN_FORK();
        pid_t child = fork();
        if (child == 0) {
            alarm(DEADLOCK_SECONDS);
            _exit(look_from_the_child(most_possible));
        }
        END();
        g_assert_cmpint(child, >, 0);
        int status;
        g_assert_cmpint(waitpid(child, &status, 0), ==, child);
        if (WIFSIGNALED(status))
            g_error("child %u: signal %d (14: it hung)", i, WTERMSIG(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, NOTHING_WRONG);
    }
    atomic_store(&done, true);
    for (unsigned i = 0; i < BUSY; i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    g_assert_cmpuint(zmalloc_used_memory(), ==, crossing_counted());
    crossing_clear();
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

/* A daemon that forks once more from its child, which becomes the server with threads of its own.
 */
static void *allocate_and_free(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 1000; i++)
        zfree(zmalloc(i));
    return NULL;
}

static void *kept; /* to the end of each process: no leak */

static void grandchild_starts_threads(void)
{
    kept = zmalloc(500);
    pid_t child = fork();
    if (child == 0) {
        alarm(DEADLOCK_SECONDS);
        pid_t grandchild = fork();
        if (grandchild == 0) {
            alarm(DEADLOCK_SECONDS);
            pthread_t threads[4];
            for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++) {
                if (pthread_create(&threads[i], NULL, allocate_and_free, NULL) != 0)
                    _exit(NO_MEMORY);
            }
            for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
                pthread_join(threads[i], NULL);
            _exit(zmalloc_used_memory() == zmalloc_size(kept) ? NOTHING_WRONG : NOT_COUNTED_OFF);
        }
        int status = -1;
        waitpid(grandchild, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : NOT_ALL_THERE);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, NOTHING_WRONG);
    zfree(kept);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* First, while there is one thread. */
    g_test_add_func("/fork/grandchild-starts-threads", grandchild_starts_threads);
    g_test_add_func("/fork/child-works-and-counts", child_works_and_counts);
    return g_test_run();
}
