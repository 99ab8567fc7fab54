/* SPDX-License-Identifier: BSD-3-Clause
 * The contract of accounting/accounting.h, which every mode keeps. */
#include "accounting/accounting.h"

#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static void starts_at_zero(void)
{
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    g_assert_cmpuint(zmi_accounting_peak(), ==, 0);
}

static void adds_up(void)
{
    accounting_add(NULL, 100);
    accounting_add(NULL, 1);
    g_assert_cmpuint(zmi_accounting_used(), ==, 101);
    accounting_sub(51);
    g_assert_cmpuint(zmi_accounting_used(), ==, 50);
    accounting_sub(50);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* What a mode does not count is unknown, never 0. */
static void assert_balanced(size_t used)
{
    struct accounting_figures figures = zmi_accounting_figures();
    g_assert_cmpuint(figures.used, ==, used);
    g_assert_cmpuint(figures.peak, >=, used);
    g_assert_cmpuint(figures.allocated_total.state, ==, figures.freed_total.state);
    if (figures.allocated_total.state == ZMALLOC_KNOWN)
        g_assert_cmpuint(figures.allocated_total.value - figures.freed_total.value, ==, used);
    else
        g_assert_cmpint(figures.allocated_total.error, ==, ENOTSUP);
    if (figures.live_blocks.state != ZMALLOC_KNOWN)
        g_assert_cmpint(figures.live_blocks.error, ==, ENOTSUP);
}

static void a_block_may_change_its_size(void)
{
    struct accounting_figures before = zmi_accounting_figures();
    int block;
    accounting_add(&block, 100);
    accounting_replace(100, 700);
    assert_balanced(700);
    accounting_replace(700, 40);
    assert_balanced(40);
    accounting_replace(40, 40);
    assert_balanced(40);
    struct accounting_figures after = zmi_accounting_figures();
    if (after.live_blocks.state == ZMALLOC_KNOWN)
        g_assert_cmpuint(after.live_blocks.value - before.live_blocks.value, ==, 1);
    if (after.allocated_total.state == ZMALLOC_KNOWN)
        g_assert_cmpuint(after.allocated_total.value - before.allocated_total.value, ==, 700);
    accounting_sub(40);
    assert_balanced(0);
    g_assert_cmpuint(zmi_accounting_figures().live_blocks.value, ==, before.live_blocks.value);
}

static void takes_any_size_of_a_block(void)
{
    size_t half = (size_t)PTRDIFF_MAX / 2 + 1;
    accounting_add(NULL, half);
    g_assert_cmpuint(zmi_accounting_used(), ==, half);
    g_assert_cmpuint(zmi_accounting_peak(), ==, half);
    accounting_sub(half);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    zmi_accounting_reset_peak();
    g_assert_cmpuint(zmi_accounting_peak(), ==, 0);
}

static void *take_off(void *bytes)
{
    accounting_sub(GPOINTER_TO_SIZE(bytes));
    return NULL;
}

static void one_thread_takes_off_what_another_added(void)
{
    accounting_add(NULL, 1000);
    pthread_t thread;
    g_assert_cmpint(pthread_create(&thread, NULL, take_off, GSIZE_TO_POINTER(400)), ==, 0);
    g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
    g_assert_cmpuint(zmi_accounting_used(), ==, 600);
    accounting_sub(600);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void a_child_has_its_own_account(void)
{
    accounting_add(NULL, 300);
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        accounting_add(NULL, 50);
        _exit(zmi_accounting_used() == 350 ? 0 : 1);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpuint(zmi_accounting_used(), ==, 300);
    accounting_sub(300);
}

static void always_synchronising_changes_no_figure(void)
{
    accounting_add(NULL, 70);
    zmi_accounting_always_synchronise();
    g_assert_cmpuint(zmi_accounting_used(), ==, 70);
    accounting_sub(70);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/accounting/starts-at-zero", starts_at_zero);
    g_test_add_func("/accounting/adds-up", adds_up);
    g_test_add_func("/accounting/a-block-may-change-its-size", a_block_may_change_its_size);
    g_test_add_func("/accounting/takes-any-size-of-a-block", takes_any_size_of_a_block);
    g_test_add_func(
        "/accounting/one-thread-takes-off-what-another-added",
        one_thread_takes_off_what_another_added);
    g_test_add_func("/accounting/a-child-has-its-own-account", a_child_has_its_own_account);
    g_test_add_func(
        "/accounting/always-synchronising-changes-no-figure",
        always_synchronising_changes_no_figure);
    return g_test_run();
}
