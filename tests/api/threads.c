/* SPDX-License-Identifier: BSD-3-Clause
 * The account between threads: exact when they are done, never above what could be live while they
 * are not. */
#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <zmalloc.h>

#include "crossing.h"

enum { WORKERS = 8, STEPS = 50000, SHORT_LIVED = 10000, AT_ONCE = 8 };

/* Where what takes long is the emulator, a part of them will do. */
static unsigned scaled(unsigned number)
{
    return g_getenv("ZMALLOC_TEST_EMULATED") != NULL ? number / 10 : number;
}

static atomic_bool done;
static size_t most_possible;

static void start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    g_assert_cmpint(pthread_create(thread, NULL, run, argument), ==, 0);
}

static void join(pthread_t thread)
{
    g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
}

/* The highest used memory that it saw. Without a pause between two readings, so that it is often
 * interrupted in the middle of one. */
static void *poll_used_memory(void *unused)
{
    size_t highest = 0;
    bool others_need_a_turn = g_getenv("ZMALLOC_TEST_ONE_AT_A_TIME") != NULL;
    (void)unused;
    while (!atomic_load(&done)) {
        size_t used = zmalloc_used_memory();
        highest = MAX(highest, used);
        if (others_need_a_turn)
            sched_yield();
    }
    return (void *)(uintptr_t)highest;
}

/* Every thread holds at most one block beside those in the places. */
static pthread_t start_polling(unsigned threads)
{
    unsigned char *block = zmalloc(BLOCK_SIZE);
    most_possible = (PLACES + threads) * zmalloc_size(block);
    zfree(block);
    atomic_store(&done, false);
    pthread_t poller;
    start(&poller, poll_used_memory, NULL);
    return poller;
}

static void stop_polling(pthread_t poller)
{
    void *highest;
    atomic_store(&done, true);
    g_assert_cmpint(pthread_join(poller, &highest), ==, 0);
    g_test_message("highest seen: %zu of %zu bytes", (size_t)(uintptr_t)highest, most_possible);
    g_assert_cmpuint((uintptr_t)highest, <=, most_possible);
    g_assert_cmpuint(zmalloc_peak_memory(), <=, most_possible);
    g_assert_cmpuint(zmalloc_used_memory(), ==, crossing_counted());
    crossing_clear();
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void *work(void *seed)
{
    GRand *random = g_rand_new_with_seed(GPOINTER_TO_UINT(seed));
    unsigned steps = scaled(STEPS);
    for (unsigned i = 0; i < steps; i++)
        crossing_step((unsigned)g_rand_int(random));
    g_rand_free(random);
    return NULL;
}

static void threads_free_each_others_blocks(void)
{
    pthread_t workers[WORKERS];
    zmalloc_reset_peak();
    pthread_t poller = start_polling(WORKERS);
    for (unsigned i = 0; i < WORKERS; i++)
        start(&workers[i], work, GUINT_TO_POINTER(i + 1));
    for (unsigned i = 0; i < WORKERS; i++)
        join(workers[i]);
    stop_polling(poller);
}

static void *live_shortly(void *number)
{
    crossing_step(GPOINTER_TO_UINT(number) * 7);
    crossing_step(GPOINTER_TO_UINT(number) * 11);
    return NULL;
}

static void thousands_of_short_lived_threads_lose_nothing(void)
{
    pthread_t threads[AT_ONCE];
    zmalloc_reset_peak();
    pthread_t poller = start_polling(AT_ONCE);
    unsigned short_lived = scaled(SHORT_LIVED);
    for (unsigned i = 0; i < short_lived; i++) {
        if (i >= AT_ONCE)
            join(threads[i % AT_ONCE]);
        start(&threads[i % AT_ONCE], live_shortly, GUINT_TO_POINTER(i));
    }
    for (unsigned i = 0; i < AT_ONCE; i++)
        join(threads[i]);
    stop_polling(poller);
}

static void *free_block(void *block)
{
    zfree(block);
    return NULL;
}

/* A thread that only ever frees has a slot whose balance is negative. */
static void threads_that_only_free_leave_zero(void)
{
    for (unsigned i = 0; i < 100; i++) {
        pthread_t thread;
        void *block = zmalloc(5000), *other = zmalloc(300);
        start(&thread, free_block, block);
        join(thread);
        g_assert_cmpuint(zmalloc_used_memory(), ==, zmalloc_size(other));
        zfree(other);
        g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    }
}

static void enabling_thread_safeness_keeps_the_count(void)
{
    void *block = zmalloc(100);
    size_t used = zmalloc_used_memory();
    zmalloc_enable_thread_safeness();
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    zfree(block);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    threads_free_each_others_blocks();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/threads/free-each-others-blocks", threads_free_each_others_blocks);
    g_test_add_func(
        "/threads/thousands-of-short-lived-ones-lose-nothing",
        thousands_of_short_lived_threads_lose_nothing);
    g_test_add_func("/threads/that-only-free-leave-zero", threads_that_only_free_leave_zero);
    g_test_add_func(
        "/threads/enabling-safeness-keeps-the-count", enabling_thread_safeness_keeps_the_count);
    return g_test_run();
}
