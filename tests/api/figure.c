/* SPDX-License-Identifier: BSD-3-Clause
 * Structures of figures of other sizes than the library's own, and what no structure is filled for. */
#include "allocator.h"

#include <string.h>

enum { FIRST_FIGURE = offsetof(struct zmalloc_allocator_stats, allocated) };

static void assert_refused(struct zmalloc_allocator_stats stats)
{
    struct zmalloc_allocator_stats was;
    stats.dirty.value = 7;
    memcpy(&was, &stats, sizeof(was));
    errno = 0;
    g_assert_cmpint(zmalloc_get_allocator_stats(&stats), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    g_assert_cmpmem(&stats, sizeof(stats), &was, sizeof(was));
}

static void what_cannot_be_answered_is_refused_and_leaves_the_structure_alone(void)
{
    struct zmalloc_allocator_stats good = {.size = sizeof(good)}, bad;
    errno = 0;
    g_assert_cmpint(zmalloc_get_allocator_stats(NULL), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    bad = good, bad.size = 0, assert_refused(bad);
    bad = good, bad.size = FIRST_FIGURE - 1, assert_refused(bad);
    bad = good, bad.flags = 4, assert_refused(bad);
    bad = good, bad.flags = UINT32_MAX, assert_refused(bad);
    if (!allocator_is("jemalloc"))
        return;
    uint32_t arenas = (uint32_t)stats_now().arenas.value;
    bad = good, bad.flags = ZMALLOC_STATS_ARENA;
    bad.arena = arenas, assert_refused(bad);
    bad.arena = 4095, assert_refused(bad);
    bad.arena = 4096, assert_refused(bad); /* mallctl() knows it: all arenas */
    bad.arena = 4097, assert_refused(bad); /* and this: those that were destroyed */
    bad.arena = UINT32_MAX, assert_refused(bad);
}

static void a_smaller_structure_is_filled_to_its_end_and_no_further(void)
{
    struct {
        struct zmalloc_allocator_stats stats;
        char canary[64];
    } given, was;
    memset(&given, 0x5a, sizeof(given));
    size_t sizes[] = {
        FIRST_FIGURE, FIRST_FIGURE + sizeof(struct zmalloc_figure),
        offsetof(struct zmalloc_allocator_stats, shared_caches)};
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        memset(&given, 0x5a, sizeof(given));
        given.stats.size = sizes[i];
        given.stats.flags = 0;
        memcpy(&was, &given, sizeof(was));
        g_assert_cmpint(zmalloc_get_allocator_stats(&given.stats), ==, 0);
        g_assert_cmpmem(
            (char *)&given + sizes[i], sizeof(given) - sizes[i], (char *)&was + sizes[i],
            sizeof(was) - sizes[i]);
        g_assert_cmpmem(&given, FIRST_FIGURE, &was, FIRST_FIGURE);
        if (sizes[i] > FIRST_FIGURE)
            g_assert_cmpuint(given.stats.allocated.state, <=, ZMALLOC_AT_MOST);
    }
}

static void a_larger_structure_has_unknown_figures_at_its_end(void)
{
    struct {
        struct zmalloc_allocator_stats stats;
        struct zmalloc_figure newer[3];
        char canary[64];
    } given;
    struct zmalloc_figure none[3] = {0};
    char canary[64];
    memset(&given, 0x5a, sizeof(given));
    memset(canary, 0x5a, sizeof(canary));
    given.stats.size = offsetof(__typeof__(given), canary);
    given.stats.flags = 0;
    g_assert_cmpint(zmalloc_get_allocator_stats(&given.stats), ==, 0);
    g_assert_cmpuint(given.stats.size, ==, offsetof(__typeof__(given), canary));
    g_assert_cmpmem(given.newer, sizeof(given.newer), none, sizeof(none));
    g_assert_cmpmem(given.canary, sizeof(given.canary), canary, sizeof(canary));
}

#define ADD(name, function) g_test_add_func("/figure/" name, function)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("what-cannot-be-answered-is-refused-and-leaves-the-structure-alone",
        what_cannot_be_answered_is_refused_and_leaves_the_structure_alone);
    ADD("a-smaller-structure-is-filled-to-its-end-and-no-further",
        a_smaller_structure_is_filled_to_its_end_and_no_further);
    ADD("a-larger-structure-has-unknown-figures-at-its-end",
        a_larger_structure_has_unknown_figures_at_its_end);
    return g_test_run();
}
