/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting modes atomic and mutex, which keep one counter: their peak is exact, and a switch
 * between one thread and several loses nothing. mutex.c is this file built for the other mode. */
#include "accounting/accounting.h"

#include <glib.h>
#include <pthread.h>

enum { THREADS = 4, STEPS = 50000 };

static void peak_is_exact(void)
{
    zmi_accounting_reset_peak();
    for (size_t bytes = 1; bytes < 100; bytes++) {
        accounting_add(NULL, bytes);
        accounting_sub(bytes);
        g_assert_cmpuint(zmi_accounting_peak(), ==, bytes);
    }
    accounting_add(NULL, 10);
    zmi_accounting_reset_peak();
    g_assert_cmpuint(zmi_accounting_peak(), ==, 10);
    accounting_sub(10);
    g_assert_cmpuint(zmi_accounting_peak(), ==, 10);
    zmi_accounting_reset_peak();
    g_assert_cmpuint(zmi_accounting_peak(), ==, 0);
}

static void *add_and_take_off(void *barrier)
{
    pthread_barrier_wait(barrier);
    for (size_t i = 0; i < STEPS; i++) {
        accounting_add(NULL, i);
        accounting_add(NULL, 1);
        accounting_sub(i);
    }
    return NULL;
}

static void no_update_is_lost(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_t barrier;
    zmi_accounting_reset_peak();
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, add_and_take_off, &barrier), ==, 0);
    for (unsigned i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    pthread_barrier_destroy(&barrier);
    g_assert_cmpuint(zmi_accounting_used(), ==, THREADS * STEPS);
    g_assert_cmpuint(zmi_accounting_peak(), >=, THREADS * STEPS);
    g_assert_cmpuint(zmi_accounting_peak(), <=, 2 * THREADS * STEPS);
    accounting_sub(THREADS * STEPS);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* By the switch itself: what it does to a count shows only where threads are started behind the C
 * library's back. */
static void always_synchronising_is_for_good(void)
{
    zmi_accounting_always_synchronise();
    g_assert_true(zmi_always_synchronise);
    g_assert_false(accounting_alone());
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/one-counter/peak-is-exact", peak_is_exact);
    g_test_add_func("/one-counter/no-update-is-lost", no_update_is_lost);
    g_test_add_func(
        "/one-counter/always-synchronising-is-for-good", always_synchronising_is_for_good);
    return g_test_run();
}
