/* SPDX-License-Identifier: BSD-3-Clause
 * The backend that keeps sizes in front of its blocks: what lies in front is in the reckoning. */
#include "backend/backend.h"

#include <glib.h>

/* malloc() of today's C libraries would refuse these by itself. */
static void what_lies_in_front_counts_against_the_limit(void)
{
    static const size_t fronts[] = {sizeof(struct prefix), 4096, (size_t)1 << 24};
    for (size_t i = 0; i < G_N_ELEMENTS(fronts); i++) {
        size_t most = PTRDIFF_MAX - fronts[i];
        g_assert_true(prefix_fits(fronts[i], 1));
        g_assert_true(prefix_fits(fronts[i], most));
        g_assert_false(prefix_fits(fronts[i], most + 1));
        g_assert_false(prefix_fits(fronts[i], PTRDIFF_MAX));
    }
}

static void a_block_costs_what_lies_in_front_and_whole_longs(void)
{
    for (size_t size = 1; size < 200; size++) {
        size_t usable = 0, longs = (size + sizeof(long) - 1) / sizeof(long);
        void *ptr = backend_malloc(size, &usable);
        g_assert_cmpuint(usable, ==, size);
        g_assert_cmpuint(zmi_accounting_used(), ==, sizeof(struct prefix) + longs * sizeof(long));
        backend_free(ptr, &usable);
        ptr = backend_aligned_alloc(256, size, &usable);
        g_assert_cmpuint(usable, ==, size);
        g_assert_cmpuint(zmi_accounting_used(), ==, 256 + longs * sizeof(long));
        backend_free(ptr, &usable);
        g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/prefix/what-lies-in-front-counts-against-the-limit",
        what_lies_in_front_counts_against_the_limit);
    g_test_add_func(
        "/prefix/a-block-costs-what-lies-in-front-and-whole-longs",
        a_block_costs_what_lies_in_front_and_whole_longs);
    return g_test_run();
}
