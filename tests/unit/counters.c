/* SPDX-License-Identifier: BSD-3-Clause
 * The sharded mode on a private jemalloc: its sums are the account, in every part of a thread's life
 * and in the child of a fork(). */
#include "accounting/accounting.h"

#include <glib.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/backend.h"

static void *allocate(size_t size)
{
    size_t usable;
    void *ptr = backend_malloc(size, &usable);
    g_assert_nonnull(ptr);
    return ptr;
}

static void release(void *ptr)
{
    size_t usable;
    backend_free(ptr, &usable);
}

static void start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    g_assert_cmpint(pthread_create(thread, NULL, run, argument), ==, 0);
}

static void *join(pthread_t thread)
{
    void *result;
    g_assert_cmpint(pthread_join(thread, &result), ==, 0);
    return result;
}

static void *run(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    start(&thread, function, argument);
    return join(thread);
}

/* No slot without an owner refers to memory of a thread, which may be gone. */
static void check_that_no_dead_thread_is_read(void)
{
    struct zmi_slot *slot;
    SLOTS_EACH(slot)
    {
        if (!atomic_load(&slot->owned)) {
            g_assert_null(slot->live[SLOTS_ALLOCATED]);
            g_assert_null(slot->live[SLOTS_FREED]);
        }
    }
}

static void the_allocators_sums_are_the_account(void)
{
    const _Atomic(size_t) *sums[SLOTS_DIRECTIONS];
    void *blocks[100];
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++)
        blocks[i] = allocate(i * 100);
    g_assert_true(zmi_thread.known);
    g_assert_true(zmi_backend_sums(sums));
    g_assert_true(zmi_thread.counted == sums[SLOTS_ALLOCATED]);
    g_assert_cmpuint(zmi_accounting_used(), ==, *sums[SLOTS_ALLOCATED] - *sums[SLOTS_FREED]);
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++)
        release(blocks[i]);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void *free_it(void *ptr)
{
    release(ptr);
    g_assert_true(zmi_thread.known);
    return NULL;
}

static void a_thread_may_enter_by_a_free(void)
{
    void *small = allocate(100), *large = allocate(5000000);
    run(free_it, large);
    g_assert_cmpuint(zmi_accounting_used(), ==, backend_counted_size(small));
    run(free_it, small);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void *resize_it(void *ptr)
{
    size_t usable;
    ptr = backend_realloc(ptr, 70000, &usable);
    g_assert_true(zmi_thread.known);
    return ptr;
}

static void a_thread_may_enter_by_a_resize(void)
{
    void *ptr = run(resize_it, allocate(100));
    g_assert_cmpuint(zmi_accounting_used(), ==, backend_counted_size(ptr));
    release(ptr);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void *allocate_by_size(void *size)
{
    return allocate(GPOINTER_TO_SIZE(size));
}

static void balances_outlive_their_threads(void)
{
    void *blocks[1000];
    size_t counted = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        blocks[i] = run(allocate_by_size, GSIZE_TO_POINTER(i * 10));
        counted += backend_counted_size(blocks[i]);
        g_assert_cmpuint(zmi_accounting_used(), ==, counted);
        check_that_no_dead_thread_is_read();
    }
    g_assert_cmpuint(atomic_load(&zmi_slots_in_use), <=, 2);
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++)
        release(blocks[i]);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* ---- After the last round of destructors ----------------------------------------------------- */

static pthread_key_t late_key;
static _Thread_local unsigned rounds;
static _Thread_local void *left_over;

/* Runs after the account's destructor in each round, for its key is younger. */
static void work_late(void *anything)
{
    if (++rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
        g_assert_true(zmi_thread.known);
        pthread_setspecific(late_key, anything);
        return;
    }
    g_assert_false(zmi_thread.known);
    size_t usable;
    void *ptr = allocate(3000);
    ptr = backend_realloc(ptr, 9000, &usable);
    backend_free_sized(ptr, 9000);
    ptr = backend_calloc(100, &usable);
    release(ptr);
    release(left_over);
    allocate(1000); /* lost on purpose, and still counted */
}

static void *leave_work_to_the_last_round(void *unused)
{
    (void)unused;
    left_over = allocate(5000);
    pthread_setspecific(late_key, &late_key);
    return NULL;
}

static void what_comes_after_the_last_round_is_counted_by_size(void)
{
    if (g_getenv("ZMALLOC_TEST_SANITIZED") != NULL) {
        g_test_skip("a sanitizer takes the thread's state down in the last round");
        return;
    }
    void *lost = allocate(1000);
    size_t lost_size = backend_counted_size(lost), before = zmi_accounting_used();
    g_assert_cmpint(pthread_key_create(&late_key, work_late), ==, 0);
    for (unsigned i = 1; i <= 100; i++) {
        run(leave_work_to_the_last_round, NULL);
        g_assert_cmpuint(zmi_accounting_used(), ==, before + i * lost_size);
        check_that_no_dead_thread_is_read();
    }
    g_assert_cmpuint(zmi_accounting_peak(), >=, zmi_accounting_used());
    pthread_key_delete(late_key);
    release(lost);
}

/* ---- fork ------------------------------------------------------------------------------------ */

enum { ALIVE = 20 };

static pthread_barrier_t all_hold, forked;

static void *hold_across_the_fork(void *unused)
{
    (void)unused;
    void *ptr = allocate(4000);
    pthread_barrier_wait(&all_hold);
    pthread_barrier_wait(&forked);
    release(ptr);
    return NULL;
}

static void *allocate_and_release(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 1000; i++)
        release(allocate(i));
    return NULL;
}

/* The stacks of the parent's threads, with their sums, serve the threads of the child. Not under
 * ThreadSanitizer, which holds the two for the same threads, nor in the emulator, which fails where
 * such a child starts one. */
static int look_from_the_child(size_t used)
{
    struct zmi_slot *slot;
    unsigned alive = 0;
    SLOTS_EACH(slot)
    {
        alive += slot->live[SLOTS_ALLOCATED] != NULL;
    }
    if (alive != 1 || zmi_accounting_used() != used)
        return 1;
    bool no_threads =
        g_getenv("ZMALLOC_TEST_SANITIZED") != NULL || g_getenv("ZMALLOC_TEST_EMULATED") != NULL;
    unsigned rounds_left = no_threads ? 0 : 3;
    while (rounds_left-- > 0) {
        pthread_t threads[2 * ALIVE];
        for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
            start(&threads[i], allocate_and_release, NULL);
        for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
            join(threads[i]);
        if (zmi_accounting_used() != used)
            return 2;
    }
    return 0;
}

static void a_child_takes_over_the_threads_that_are_gone(void)
{
    pthread_t threads[ALIVE];
    void *mine = allocate(100);
    size_t before = zmi_accounting_used();
    pthread_barrier_init(&all_hold, NULL, ALIVE + 1);
    pthread_barrier_init(&forked, NULL, ALIVE + 1);
    for (unsigned i = 0; i < ALIVE; i++)
        start(&threads[i], hold_across_the_fork, NULL);
    pthread_barrier_wait(&all_hold);
    size_t used = zmi_accounting_used();
    g_assert_cmpuint(used, >=, before + ALIVE * 4000);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(look_from_the_child(used));
    }
    pthread_barrier_wait(&forked);
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
    for (unsigned i = 0; i < ALIVE; i++)
        join(threads[i]);
    g_assert_cmpuint(zmi_accounting_used(), ==, before);
    release(mine);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/counters/the-allocators-sums-are-the-account", the_allocators_sums_are_the_account);
    g_test_add_func("/counters/a-thread-may-enter-by-a-free", a_thread_may_enter_by_a_free);
    g_test_add_func("/counters/a-thread-may-enter-by-a-resize", a_thread_may_enter_by_a_resize);
    g_test_add_func("/counters/balances-outlive-their-threads", balances_outlive_their_threads);
    g_test_add_func(
        "/counters/what-comes-after-the-last-round-is-counted-by-size",
        what_comes_after_the_last_round_is_counted_by_size);
    g_test_add_func(
        "/counters/a-child-takes-over-the-threads-that-are-gone",
        a_child_takes_over_the_threads_that_are_gone);
    return g_test_run();
}
