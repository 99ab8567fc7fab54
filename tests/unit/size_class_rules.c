/* SPDX-License-Identifier: BSD-3-Clause
 * The table of size classes on an allocator of the tests' own: rules that do not hold, blocks that do
 * not keep to them, refusals, and an errno that freeing changes. */
#include "backend/backend.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

struct stub stub;

size_t zmi_backend_good_size(size_t size)
{
    stub.rule_asked++;
    return stub.rule(size);
}

const char *zmi_backend_name(void)
{
    return "stub";
}

/* ---- Rules ----------------------------------------------------------------------------------- */

static size_t by_24(size_t size)
{
    return (size + 23) / 24 * 24;
}

static size_t none(size_t size)
{
    (void)size;
    return 0;
}

/* 17 to 24 are one row. */
static size_t splits_a_row(size_t size)
{
    return size > 16 && size <= 20 ? 20 : by_24(size);
}

static size_t is_larger_for_a_class(size_t size)
{
    return size > 16 && size <= 24 ? 32 : size == 32 ? 40 : by_24(size);
}

static void begin(size_t (*rule)(size_t size))
{
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    stub = (struct stub){.rule = rule};
    for (size_t row = 0; row < G_N_ELEMENTS(zmi_size_classes); row++)
        atomic_store(&zmi_size_classes[row], 0);
    atomic_store(&zmi_size_classes_off, false);
}

static void check_switched_off(void)
{
    g_assert_true(atomic_load(&zmi_size_classes_off));
    g_assert_cmpstr(backend_size_source(), ==, "allocator");
    for (size_t row = 0; row < G_N_ELEMENTS(zmi_size_classes); row++)
        g_assert_cmpuint(atomic_load(&zmi_size_classes[row]), ==, 0);
}

static void make_and_free(size_t size, size_t expected)
{
    size_t usable = 0, freed = 0;
    void *ptr = backend_malloc(size, &usable);
    g_assert_cmpuint(usable, ==, expected);
    g_assert_cmpuint(zmi_accounting_used(), ==, expected);
    backend_free(ptr, &freed);
    g_assert_cmpuint(freed, ==, expected);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void a_row_is_learned_once(void)
{
    volatile size_t too_large = SIZE_CLASS_LARGEST + 1; /* gcc -O0 warns of a constant */
    begin(by_24);
    for (size_t size = 0; size <= SIZE_CLASS_LARGEST; size += 8) {
        size_t usable = by_24(backend_size_for_any_type(size));
        g_assert_cmpuint(size_class_of(size), ==, 0);
        make_and_free(size, usable);
        g_assert_cmpuint(stub.size, ==, backend_size_for_any_type(size));
        g_assert_cmpuint(size_class_of(size), ==, usable);
        unsigned rule_asked = stub.rule_asked;
        make_and_free(size, usable);
        g_assert_cmpuint(stub.size, ==, usable);
        g_assert_cmpuint(stub.rule_asked, ==, rule_asked);
    }
    g_assert_cmpstr(backend_size_source(), ==, "size classes");
    make_and_free(too_large, by_24(too_large));
    g_assert_cmpuint(stub.size, ==, too_large);
    g_assert_cmpuint(size_class_of(too_large), ==, 0);
}

static void a_rule_that_does_not_hold_for_a_row_is_not_believed(void)
{
    begin(none);
    stub.usable = 24;
    make_and_free(24, 24);
    check_switched_off();
    begin(splits_a_row); /* the rest of the row needs more */
    make_and_free(17, 20);
    check_switched_off();
    begin(splits_a_row); /* or gets less */
    make_and_free(24, 24);
    check_switched_off();
    begin(is_larger_for_a_class); /* than a request for the class itself */
    make_and_free(17, 32);
    check_switched_off();
}

static void a_block_unlike_the_rule_switches_the_table_off(void)
{
    size_t usable = 0;
    begin(by_24);
    make_and_free(500, by_24(500));
    void *held = backend_malloc(100, &usable);
    stub.usable = 4096;
    void *ptr = backend_malloc(200, &usable);
    g_assert_cmpuint(usable, ==, 4096);
    check_switched_off();
    g_assert_cmpuint(zmi_accounting_used(), ==, 4096 + by_24(100));
    backend_free_sized(ptr, 200);
    backend_free_sized(held, 100);
    g_assert_cmpuint(stub.freed_sized, ==, 0);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void once_off_all_is_the_allocators_to_say(void)
{
    size_t usable = 0;
    begin(by_24);
    stub.usable = 4096;
    make_and_free(200, 4096);
    unsigned rule_asked = stub.rule_asked;
    void *ptr = backend_malloc(10, &usable);
    stub.usable = 333;
    ptr = backend_realloc(ptr, 300, &usable);
    g_assert_cmpuint(usable, ==, 333);
    g_assert_cmpuint(stub.resized, ==, 1);
    g_assert_cmpuint(zmi_accounting_used(), ==, 333);
    backend_free_sized(ptr, 300);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    g_assert_cmpuint(stub.rule_asked, ==, rule_asked);
    check_switched_off();
}

/* Stands for a block that another thread has at the worst moment: between the look at the switch and
 * the writing of the row. */
static size_t is_broken_meanwhile(size_t size)
{
    stub.rule = by_24;
    stub.usable = 4096;
    void *sampled = allocator_malloc(200);
    zmi_size_class_ask(sampled, 200);
    allocator_free(sampled);
    check_switched_off();
    return by_24(size);
}

static void a_row_learned_while_it_is_switched_off_is_forgotten(void)
{
    begin(by_24);
    void *ptr = allocator_malloc(100);
    stub.rule = is_broken_meanwhile;
    g_assert_cmpuint(zmi_size_class_ask(ptr, 100), ==, by_24(100));
    check_switched_off();
    allocator_free(ptr);
}

static void a_small_block_always_gets_its_class(void)
{
    begin(by_24);
    for (size_t from = 1; from <= 2 * SIZE_CLASS_LARGEST; from = from * 3 + 1) {
        for (size_t to = 1; to <= SIZE_CLASS_LARGEST; to = to * 2 + 1) {
            size_t usable = 0;
            unsigned char *ptr = backend_calloc(from, &usable);
            memset(ptr, 7, from);
            ptr = backend_realloc(ptr, to, &usable);
            g_assert_cmpuint(usable, ==, by_24(backend_size_for_any_type(to)));
            g_assert_cmpuint(zmi_accounting_used(), ==, usable);
            for (size_t at = 0; at < MIN(from, to); at++)
                g_assert_cmpuint(ptr[at], ==, 7);
            unsigned freed_sized = stub.freed_sized;
            backend_free_sized(ptr, to); /* the allocator checks the size */
            g_assert_cmpuint(stub.freed_sized, ==, freed_sized + 1);
            g_assert_cmpuint(zmi_accounting_used(), ==, 0);
        }
    }
    g_assert_cmpuint(stub.resized, ==, 0);
}

static void a_refusal_keeps_the_block_and_the_count(void)
{
    size_t usable = 0, sizes[] = {0, 100, 200, 2 * SIZE_CLASS_LARGEST};
    begin(by_24);
    make_and_free(200, by_24(200)); /* one that is known */
    unsigned char *ptr = backend_calloc(1000, &usable);
    size_t used = zmi_accounting_used();
    stub.refuses = true;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_assert_null(backend_malloc(sizes[i], &usable));
        g_assert_null(backend_calloc(sizes[i], &usable));
        g_assert_null(backend_aligned_alloc(64, sizes[i], &usable));
        g_assert_null(backend_realloc(ptr, MAX(sizes[i], 1), &usable));
        g_assert_cmpuint(zmi_accounting_used(), ==, used);
    }
    for (unsigned i = 0; i < 1000; i++)
        g_assert_cmpuint(ptr[i], ==, 0);
    backend_free(ptr, &usable);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void errno_is_kept_by_whatever_frees(void)
{
    size_t usable = 0;
    begin(by_24);
    void *ptr = backend_malloc(100, &usable);
    errno = EXDEV;
    ptr = backend_realloc(ptr, 10, &usable);
    g_assert_cmpint(errno, ==, EXDEV);
    backend_free(ptr, &usable);
    g_assert_cmpint(errno, ==, EXDEV);
    ptr = backend_malloc(100, &usable);
    errno = EXDEV;
    backend_free_sized(ptr, 100);
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpuint(stub.freed_sized, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size-class/a-row-is-learned-once", a_row_is_learned_once);
    g_test_add_func(
        "/size-class/a-rule-that-does-not-hold-for-a-row-is-not-believed",
        a_rule_that_does_not_hold_for_a_row_is_not_believed);
    g_test_add_func(
        "/size-class/a-block-unlike-the-rule-switches-the-table-off",
        a_block_unlike_the_rule_switches_the_table_off);
    g_test_add_func(
        "/size-class/once-off-all-is-the-allocators-to-say", once_off_all_is_the_allocators_to_say);
    g_test_add_func(
        "/size-class/a-row-learned-while-it-is-switched-off-is-forgotten",
        a_row_learned_while_it_is_switched_off_is_forgotten);
    g_test_add_func(
        "/size-class/a-small-block-always-gets-its-class", a_small_block_always_gets_its_class);
    g_test_add_func(
        "/size-class/a-refusal-keeps-the-block-and-the-count",
        a_refusal_keeps_the_block_and_the_count);
    g_test_add_func("/size-class/errno-is-kept-by-whatever-frees", errno_is_kept_by_whatever_frees);
    return g_test_run();
}
