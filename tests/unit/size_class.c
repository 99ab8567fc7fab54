/* SPDX-License-Identifier: BSD-3-Clause
 * The table of size classes: learned from blocks, believed as long as they keep to the allocator's
 * rule, and without any effect on the count. */
#include "backend/backend.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static void the_table_learns_from_blocks(void)
{
    for (size_t size = 0; size <= SIZE_CLASS_LARGEST; size += 40) {
        size_t usable = 0, known = size_class_of(size);
        void *ptr = backend_malloc(size, &usable);
        g_assert_true(known == 0 || known == usable);
        g_assert_cmpuint(size_class_of(size), ==, usable);
        g_assert_cmpuint(allocator_usable_size(ptr), ==, usable);
        backend_free_sized(ptr, size);
        g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    }
    g_assert_cmpuint(size_class_of(SIZE_CLASS_LARGEST + 1), ==, 0);
    g_assert_cmpstr(backend_size_source(), ==, "size classes");
}

static void every_row_is_what_its_blocks_have(void)
{
    for (size_t size = 0; size <= SIZE_CLASS_LARGEST; size++) {
        size_t usable = 0;
        void *ptr = backend_malloc(size, &usable);
        g_assert_cmpuint(usable, ==, allocator_usable_size(ptr));
        backend_free(ptr, &usable);
    }
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void a_small_block_is_resized_to_its_class(void)
{
    for (size_t from = 1; from < 3 * SIZE_CLASS_LARGEST; from += from / 2 + 1) {
        for (size_t to = 1; to <= SIZE_CLASS_LARGEST; to += to / 5 + 1) {
            size_t usable = 0;
            void *ptr = backend_malloc(from, &usable);
            ptr = backend_realloc(ptr, to, &usable);
            g_assert_cmpuint(usable, ==, size_class_of(to));
            g_assert_cmpuint(usable, ==, allocator_usable_size(ptr));
            g_assert_cmpuint(zmi_accounting_used(), ==, usable);
            backend_free_sized(ptr, to);
            g_assert_cmpuint(zmi_accounting_used(), ==, 0);
        }
    }
}

/* ---- Switched off: in a process of its own, for it is for good -------------------------------- */

static void count_exactly_without_the_table(void)
{
    for (size_t size = 1; size < 3 * SIZE_CLASS_LARGEST; size += size / 3 + 1) {
        size_t usable = 0;
        void *ptr = backend_malloc(size, &usable);
        g_assert_cmpuint(size_class_of(size), ==, 0);
        g_assert_cmpuint(zmi_accounting_used(), ==, allocator_usable_size(ptr));
        ptr = backend_realloc(ptr, size / 2 + 1, &usable);
        g_assert_cmpuint(zmi_accounting_used(), ==, allocator_usable_size(ptr));
        backend_free_sized(ptr, size / 2 + 1);
        g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    }
    g_assert_true(zmi_size_classes_off);
    g_assert_cmpstr(backend_size_source(), ==, "allocator");
}

static void break_the_rule(void)
{
    size_t small = 0, large = 0;
    void *held = backend_malloc(48, &small);
    void *ptr = backend_malloc(1000, &large);
    g_assert_cmpuint(size_class_of(48), ==, small);
    /* A block of the size of another class, as if it had been sampled. */
    g_assert_cmpuint(zmi_size_class_ask(ptr, 100), ==, large);
    g_assert_cmpuint(size_class_of(48), ==, 0);
    backend_free_sized(held, 48);
    backend_free(ptr, &large);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    count_exactly_without_the_table();
}

static void a_block_that_breaks_the_rule_switches_it_off(void)
{
    g_test_trap_subprocess("/size-class/subprocess/break-the-rule", 0, 0);
    g_test_trap_assert_passed();
}

static void count_while_sampling(void)
{
    size_t usable = 0;
    void *ptr = backend_malloc(100, &usable);
    backend_free(ptr, &usable);
    count_exactly_without_the_table();
}

/* tcmalloc alone says by the environment that it samples; others must not mind. */
static void a_sampling_allocator_is_not_believed(void)
{
    if (!g_str_has_prefix(zmi_backend_name(), "tcmalloc")) {
        g_test_skip("only tcmalloc samples");
        return;
    }
    g_setenv("TCMALLOC_SAMPLE_PARAMETER", "524288", true);
    g_test_trap_subprocess("/size-class/subprocess/sampling", 0, 0);
    g_unsetenv("TCMALLOC_SAMPLE_PARAMETER");
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size-class/the-table-learns-from-blocks", the_table_learns_from_blocks);
    g_test_add_func(
        "/size-class/every-row-is-what-its-blocks-have", every_row_is_what_its_blocks_have);
    g_test_add_func(
        "/size-class/a-small-block-is-resized-to-its-class", a_small_block_is_resized_to_its_class);
    g_test_add_func(
        "/size-class/a-block-that-breaks-the-rule-switches-it-off",
        a_block_that_breaks_the_rule_switches_it_off);
    g_test_add_func("/size-class/subprocess/break-the-rule", break_the_rule);
    g_test_add_func(
        "/size-class/a-sampling-allocator-is-not-believed", a_sampling_allocator_is_not_believed);
    g_test_add_func("/size-class/subprocess/sampling", count_while_sampling);
    return g_test_run();
}
