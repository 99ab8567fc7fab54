/* SPDX-License-Identifier: BSD-3-Clause
 * Blocks freed late: in destructors of thread-specific data, in exit handlers, in the destructor of
 * another library. All of them are counted off. */
#include <glib.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zmalloc.h>

#include "destructors-library.h"

/* Destructors run in rounds (pthread_key_create(3)); the last one is left to the sanitizers, which
 * take a thread's state down in it. */
enum { KEYS = 8, THREADS = 200, LATE_SIZE = 3000, ROUNDS = PTHREAD_DESTRUCTOR_ITERATIONS - 1 };

static pthread_key_t keys[KEYS];

static _Thread_local void *blocks[KEYS];
static _Thread_local unsigned rounds_done[KEYS];

static void renew_block(unsigned i)
{
    blocks[i] = zmalloc(LATE_SIZE);
    pthread_setspecific(keys[i], blocks[i]);
}

/* Frees a block, and makes another for the next round: the library's own destructor has long run by
 * then. */
static void replace_block(void *block)
{
    unsigned i = 0;
    while (blocks[i] != block)
        i++;
    if (++rounds_done[i] < ROUNDS)
        renew_block(i);
    zfree(block);
}

static void *leave_blocks_to_destructors(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < KEYS; i++)
        renew_block(i);
    return NULL;
}

static void of_thread_specific_data_count(void)
{
    for (unsigned i = 0; i < KEYS; i++)
        g_assert_cmpint(pthread_key_create(&keys[i], replace_block), ==, 0);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_t thread;
        g_assert_cmpint(pthread_create(&thread, NULL, leave_blocks_to_destructors, NULL), ==, 0);
        g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
        g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    }
    for (unsigned i = 0; i < KEYS; i++)
        pthread_key_delete(keys[i]);
}

/* ---- The end of the process: in a child, which tells by its exit code ------------------------ */

enum { WRONG_IN_EXIT_HANDLER = 3, WRONG_IN_PROGRAM_DESTRUCTOR, WRONG_IN_LIBRARY_DESTRUCTOR };

static void *for_exit_handler, *for_program_destructor;

static void check_or_exit(size_t used, int code)
{
    if (zmalloc_used_memory() != used)
        _exit(code);
}

static void exit_handler(void)
{
    size_t left = zmalloc_used_memory() - zmalloc_size(for_exit_handler);
    void *more = zmalloc(100);
    check_or_exit(
        left + zmalloc_size(for_exit_handler) + zmalloc_size(more), WRONG_IN_EXIT_HANDLER);
    zfree(for_exit_handler);
    zfree(more);
    check_or_exit(left, WRONG_IN_EXIT_HANDLER);
}

__attribute__((destructor)) static void program_destructor(void)
{
    if (for_program_destructor == NULL)
        return;
    size_t left = zmalloc_used_memory() - zmalloc_size(for_program_destructor);
    zfree(for_program_destructor);
    check_or_exit(left, WRONG_IN_PROGRAM_DESTRUCTOR);
}

static void run_to_the_end(void)
{
    for_exit_handler = zmalloc(1000);
    for_program_destructor = zmalloc(2000);
    destructors_library_keep(zmalloc(LATE_SIZE), WRONG_IN_LIBRARY_DESTRUCTOR);
    atexit(exit_handler);
    exit(EXIT_SUCCESS);
}

static void of_the_process_count(void)
{
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0)
        run_to_the_end();
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    /* The last of the three to run ends the process with this code, if all is well. */
    g_assert_cmpint(WEXITSTATUS(status), ==, DESTRUCTORS_LIBRARY_SAW_ZERO);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/destructors/of-thread-specific-data-count", of_thread_specific_data_count);
    g_test_add_func("/destructors/of-the-process-count", of_the_process_count);
    return g_test_run();
}
