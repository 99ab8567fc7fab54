/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode sharded: slots are handed on with their sums, and there are no more of them than
 * threads were ever alive at once. */
#include "accounting/accounting.h"

#include <glib.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *own_a_slot(void *barrier)
{
    if (barrier != NULL)
        pthread_barrier_wait(barrier); /* all of them look for a slot at once */
    accounting_add(NULL, 100);
    struct zmi_slot *mine = zmi_thread.slot;
    if (barrier != NULL)
        pthread_barrier_wait(barrier);
    accounting_sub(100);
    g_assert_true(zmi_thread.slot == mine);
    return mine;
}

static void *run_thread(void)
{
    pthread_t thread;
    void *slot;
    g_assert_cmpint(pthread_create(&thread, NULL, own_a_slot, NULL), ==, 0);
    g_assert_cmpint(pthread_join(thread, &slot), ==, 0);
    return slot;
}

static void slots_are_recycled(void)
{
    void *slot = run_thread();
    for (unsigned i = 0; i < 1000; i++)
        g_assert_true(run_thread() == slot);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* More at once than one page of slots holds, twice: the second time there is nothing new. */
enum { AT_ONCE = 200 };

static void run_threads_at_once(void *slots[AT_ONCE])
{
    pthread_t threads[AT_ONCE];
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, AT_ONCE);
    for (unsigned i = 0; i < AT_ONCE; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, own_a_slot, &barrier), ==, 0);
    for (unsigned i = 0; i < AT_ONCE; i++)
        g_assert_cmpint(pthread_join(threads[i], &slots[i]), ==, 0);
    pthread_barrier_destroy(&barrier);
}

static int compare(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t) * (void *const *)a, y = (uintptr_t) * (void *const *)b;
    return x < y ? -1 : x > y;
}

static void no_two_threads_share_a_slot(void)
{
    void *first[AT_ONCE], *second[AT_ONCE];
    run_threads_at_once(first);
    run_threads_at_once(second);
    qsort(first, AT_ONCE, sizeof(first[0]), compare);
    qsort(second, AT_ONCE, sizeof(second[0]), compare);
    for (unsigned i = 0; i < AT_ONCE; i++) {
        g_assert_nonnull(first[i]);
        g_assert_cmpuint((uintptr_t)first[i] % 64, ==, 0);
        if (i > 0)
            g_assert_true(first[i] != first[i - 1]);
        g_assert_true(first[i] == second[i]);
    }
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* ---- Side by side ---------------------------------------------------------------------------- */

enum { RIVALS = 4, HANDOVERS = 20000, TURNS = 20000000, TURNS_ONE_AT_A_TIME = 20000 };

static pthread_barrier_t rivals_start;
static unsigned most_turns;
static _Atomic(unsigned) last_rival, handovers;

/* Until they got in each other's way often enough: on a busy machine it takes a while until two of
 * them run at the same time. */
static bool has_another_turn(unsigned rival, unsigned turn)
{
    if (atomic_load_explicit(&last_rival, memory_order_relaxed) != rival) {
        atomic_store_explicit(&last_rival, rival, memory_order_relaxed);
        atomic_fetch_add_explicit(&handovers, 1, memory_order_relaxed);
    }
    return turn < most_turns && atomic_load_explicit(&handovers, memory_order_relaxed) < HANDOVERS;
}

/* The sum of what each of them returns. */
static size_t run_rivals(void *(*run)(void *rival))
{
    pthread_t threads[RIVALS];
    size_t sum = 0;
    bool one_at_a_time = g_getenv("ZMALLOC_TEST_ONE_AT_A_TIME") != NULL;
    most_turns = one_at_a_time ? TURNS_ONE_AT_A_TIME : TURNS;
    atomic_store(&handovers, 0);
    pthread_barrier_init(&rivals_start, NULL, RIVALS);
    for (unsigned i = 0; i < RIVALS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, run, GUINT_TO_POINTER(i)), ==, 0);
    for (unsigned i = 0; i < RIVALS; i++) {
        void *result;
        g_assert_cmpint(pthread_join(threads[i], &result), ==, 0);
        sum += GPOINTER_TO_SIZE(result);
    }
    pthread_barrier_destroy(&rivals_start);
    g_test_message("%u handovers", atomic_load(&handovers));
    return sum;
}

static atomic_bool taken[SLOTS_IN_CHUNK];

static void *come_and_go(void *rival)
{
    pthread_barrier_wait(&rivals_start);
    for (unsigned turn = 0; has_another_turn(GPOINTER_TO_UINT(rival), turn); turn++) {
        struct zmi_slot *slot = zmi_slots_own();
        size_t position = (size_t)(slot - zmi_first_chunk.slots);
        g_assert_cmpuint(position, <, SLOTS_IN_CHUNK);
        g_assert_false(atomic_exchange(&taken[position], true));
        atomic_store(&taken[position], false);
        zmi_slots_disown(slot);
    }
    return NULL;
}

static void a_slot_has_one_owner_at_a_time(void)
{
    run_rivals(come_and_go);
}

static void *share(void *rival)
{
    unsigned turn = 0;
    pthread_barrier_wait(&rivals_start);
    for (; has_another_turn(GPOINTER_TO_UINT(rival), turn); turn++)
        zmi_slots_share(SLOTS_FREED, 1);
    return GSIZE_TO_POINTER(turn);
}

static void the_shared_slot_loses_nothing(void)
{
    size_t before = zmi_slots_shared(SLOTS_FREED);
    size_t freed = run_rivals(share);
    g_assert_cmpuint(zmi_slots_shared(SLOTS_FREED) - before, ==, freed);
    zmi_slots_share(SLOTS_ALLOCATED, freed);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* ---- What becomes of slots when their threads end -------------------------------------------- */

static void *add(void *bytes)
{
    accounting_add(NULL, GPOINTER_TO_SIZE(bytes));
    return NULL;
}

static void sums_outlive_their_threads(void)
{
    size_t expected = 0;
    for (size_t i = 1; i <= 100; i++) {
        pthread_t thread;
        g_assert_cmpint(pthread_create(&thread, NULL, add, GSIZE_TO_POINTER(i)), ==, 0);
        g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
        expected += i;
        g_assert_cmpuint(zmi_accounting_used(), ==, expected);
    }
    accounting_sub(expected);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void a_thread_past_its_slot_counts_in_the_shared_one(void)
{
    g_test_trap_subprocess("/sharded/subprocess/past-the-slot", 0, 0);
    g_test_trap_assert_passed();
}

static pthread_key_t late_key;

/* Destructors run in rounds: in the second one the slot has been given up. */
static void count_late(void *round)
{
    if (GPOINTER_TO_SIZE(round) == 1) {
        pthread_setspecific(late_key, GSIZE_TO_POINTER(2));
        return;
    }
    accounting_sub(1000);
    accounting_add(NULL, 600);
    accounting_sub(600);
    g_assert_true(zmi_thread.slot == &zmi_no_slot);
}

static void *come_late(void *unused)
{
    (void)unused;
    accounting_add(NULL, 1000);
    pthread_setspecific(late_key, GSIZE_TO_POINTER(1));
    return NULL;
}

static void past_the_slot(void)
{
    g_assert_cmpint(pthread_key_create(&late_key, count_late), ==, 0);
    pthread_t thread;
    g_assert_cmpint(pthread_create(&thread, NULL, come_late, NULL), ==, 0);
    g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    g_assert_cmpuint(zmi_accounting_peak(), >=, 600);
}

/* ---- fork ------------------------------------------------------------------------------------ */

enum { ALIVE = 20 };

static pthread_barrier_t all_own, forked;

static void *own_across_the_fork(void *unused)
{
    (void)unused;
    accounting_add(NULL, 10);
    pthread_barrier_wait(&all_own);
    pthread_barrier_wait(&forked);
    accounting_sub(10);
    return NULL;
}

static void *return_slot(void *barrier)
{
    accounting_add(NULL, 1);
    accounting_sub(1);
    pthread_barrier_wait(barrier);
    return zmi_thread.slot;
}

/* As many threads as the parent had need no more slots than it had, and not this thread's. */
static int look_from_the_child(void)
{
    pthread_t threads[ALIVE];
    pthread_barrier_t barrier;
    size_t in_use = atomic_load(&zmi_slots_in_use);
    struct zmi_slot *each;
    int wrong = 0;
    SLOTS_EACH(each)
    {
        if (each != zmi_thread.slot && atomic_load(&each->owned))
            wrong |= 16;
    }
    pthread_barrier_init(&barrier, NULL, ALIVE);
    for (unsigned i = 0; i < ALIVE; i++) {
        if (pthread_create(&threads[i], NULL, return_slot, &barrier) != 0)
            return 1;
    }
    for (unsigned i = 0; i < ALIVE; i++) {
        void *slot;
        pthread_join(threads[i], &slot);
        wrong |= slot == &zmi_no_slot ? 2 : slot == (void *)zmi_thread.slot ? 4 : 0;
    }
    return wrong | (atomic_load(&zmi_slots_in_use) > in_use ? 8 : 0);
}

static void a_child_has_the_slots_of_the_threads_that_are_gone(void)
{
    if (g_getenv("ZMALLOC_TEST_SANITIZED") != NULL) {
        g_test_skip("ThreadSanitizer holds the child's threads for the parent's");
        return;
    }
    if (g_getenv("ZMALLOC_TEST_EMULATED") != NULL) {
        g_test_skip("the emulator fails where the child of a process with threads starts one");
        return;
    }
    pthread_t threads[ALIVE];
    accounting_add(NULL, 1);
    pthread_barrier_init(&all_own, NULL, ALIVE + 1);
    pthread_barrier_init(&forked, NULL, ALIVE + 1);
    for (unsigned i = 0; i < ALIVE; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, own_across_the_fork, NULL), ==, 0);
    pthread_barrier_wait(&all_own);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(look_from_the_child());
    }
    pthread_barrier_wait(&forked);
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
    for (unsigned i = 0; i < ALIVE; i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    accounting_sub(1);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* ---- The sum and its peak --------------------------------------------------------------------- */

static void peak_is_seen_at_every_step(void)
{
    for (size_t held = 0; held < 40 * SLOTS_PEAK_STEP; held += SLOTS_PEAK_STEP / 8)
        accounting_add(NULL, SLOTS_PEAK_STEP / 8);
    accounting_sub(40 * SLOTS_PEAK_STEP);
    g_assert_cmpuint(zmi_accounting_peak(), <=, 40 * SLOTS_PEAK_STEP);
    g_assert_cmpuint(zmi_accounting_peak(), >=, 39 * SLOTS_PEAK_STEP);
    zmi_accounting_reset_peak();
}

/* What a reader that comes between may find: more freed than was allocated when it looked. */
static void a_negative_balance_reads_as_zero(void)
{
    accounting_sub(1);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    accounting_sub(SIZE_MAX / 8);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    accounting_add(NULL, SIZE_MAX / 8 + 1);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void sums_may_wrap(void)
{
    for (unsigned i = 0; i < 9; i++) {
        accounting_add(NULL, SIZE_MAX / 4);
        g_assert_cmpuint(zmi_accounting_used(), ==, SIZE_MAX / 4);
        accounting_sub(SIZE_MAX / 4);
        g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    }
    zmi_accounting_reset_peak();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sharded/slots-are-recycled", slots_are_recycled);
    g_test_add_func("/sharded/no-two-threads-share-a-slot", no_two_threads_share_a_slot);
    g_test_add_func("/sharded/a-slot-has-one-owner-at-a-time", a_slot_has_one_owner_at_a_time);
    g_test_add_func("/sharded/the-shared-slot-loses-nothing", the_shared_slot_loses_nothing);
    g_test_add_func("/sharded/sums-outlive-their-threads", sums_outlive_their_threads);
    g_test_add_func(
        "/sharded/a-thread-past-its-slot-counts-in-the-shared-one",
        a_thread_past_its_slot_counts_in_the_shared_one);
    g_test_add_func("/sharded/subprocess/past-the-slot", past_the_slot);
    g_test_add_func(
        "/sharded/a-child-has-the-slots-of-the-threads-that-are-gone",
        a_child_has_the_slots_of_the_threads_that_are_gone);
    g_test_add_func("/sharded/peak-is-seen-at-every-step", peak_is_seen_at_every_step);
    g_test_add_func("/sharded/a-negative-balance-reads-as-zero", a_negative_balance_reads_as_zero);
    g_test_add_func("/sharded/sums-may-wrap", sums_may_wrap);
    return g_test_run();
}
