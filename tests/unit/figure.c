/* SPDX-License-Identifier: BSD-3-Clause
 * Structures of figures between a caller and a library that know of more or fewer of them. */
#include "figure.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* As a caller might have it, in three ages. */
struct some {
    size_t size;
    uint32_t flags;
    uint32_t argument;
    struct zmalloc_figure first, second;
};

struct more {
    struct some some;
    struct zmalloc_figure third;
    char canary[32];
};

enum { HEAD = offsetof(struct some, first), KNOWN_FLAGS = 5 };

static struct some own_figures(void)
{
    return (struct some){
        .size = 1,
        .flags = 2,
        .argument = 3,
        .first = figure_known(10),
        .second = figure_at_most(20)};
}

static gboolean fits(size_t size, uint32_t flags)
{
    struct some some = {.size = size, .flags = flags};
    return zmi_figures_fit(&some, HEAD, KNOWN_FLAGS);
}

static void a_structure_that_holds_its_head_fits_and_errno_stays(void)
{
    errno = EXDEV;
    g_assert_true(fits(HEAD, 0));
    g_assert_true(fits(HEAD + 1, 1));
    g_assert_true(fits(sizeof(struct some), 4));
    g_assert_true(fits(SIZE_MAX, KNOWN_FLAGS));
    g_assert_cmpint(errno, ==, EXDEV);
}

static void what_does_not_fit_is_einval(void)
{
    const struct {
        size_t size;
        uint32_t flags;
    } bad[] = {{0, 0}, {1, 0}, {HEAD - 1, 0}, {HEAD, 2}, {HEAD, 8}, {HEAD, 7}, {HEAD, UINT32_MAX}};
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        errno = 0;
        g_assert_false(fits(bad[i].size, bad[i].flags));
        g_assert_cmpint(errno, ==, EINVAL);
    }
    errno = 0;
    g_assert_false(zmi_figures_fit(NULL, HEAD, KNOWN_FLAGS));
    g_assert_cmpint(errno, ==, EINVAL);
}

static void the_head_stays_the_callers(void)
{
    struct some own = own_figures();
    struct some given = {.size = sizeof(given), .flags = 70, .argument = 80};
    zmi_figures_give(&given, &own, sizeof(own));
    g_assert_cmpuint(given.size, ==, sizeof(given));
    g_assert_cmpuint(given.flags, ==, 70);
    g_assert_cmpuint(given.argument, ==, 80);
    g_assert_cmpmem(&given.first, sizeof(given.first), &own.first, sizeof(own.first));
    g_assert_cmpmem(&given.second, sizeof(given.second), &own.second, sizeof(own.second));
}

static void nothing_is_written_beyond_the_callers_size(void)
{
    struct some own = own_figures();
    for (size_t size = HEAD; size <= sizeof(own); size++) {
        struct some given, was;
        memset(&given, 0x5a, sizeof(given));
        given.size = size;
        memcpy(&was, &given, sizeof(was));
        zmi_figures_give(&given, &own, sizeof(own));
        g_assert_cmpmem(&given, HEAD, &was, HEAD);
        g_assert_cmpmem((char *)&given + HEAD, size - HEAD, (char *)&own + HEAD, size - HEAD);
        g_assert_cmpmem(
            (char *)&given + size, sizeof(given) - size, (char *)&was + size, sizeof(was) - size);
    }
}

static void figures_that_the_library_does_not_know_are_unknown(void)
{
    struct some own = own_figures();
    struct more given, was;
    struct zmalloc_figure unknown = {0, ZMALLOC_UNKNOWN, 0};
    memset(&given, 0x5a, sizeof(given));
    given.some.size = offsetof(struct more, canary);
    memcpy(&was, &given, sizeof(was));
    zmi_figures_give(&given, &own, sizeof(own));
    g_assert_cmpuint(given.some.first.value, ==, 10);
    g_assert_cmpuint(given.some.second.value, ==, 20);
    g_assert_cmpmem(&given.third, sizeof(given.third), &unknown, sizeof(unknown));
    g_assert_cmpmem(given.canary, sizeof(given.canary), was.canary, sizeof(was.canary));
}

static void a_figure_has_a_value_or_an_error(void)
{
    g_assert_cmpuint(figure_known(UINT64_MAX).value, ==, UINT64_MAX);
    g_assert_cmpuint(figure_known(1).state, ==, ZMALLOC_KNOWN);
    g_assert_cmpint(figure_known(1).error, ==, 0);
    g_assert_cmpuint(figure_at_most(2).value, ==, 2);
    g_assert_cmpuint(figure_at_most(2).state, ==, ZMALLOC_AT_MOST);
    g_assert_cmpuint(figure_unlimited().state, ==, ZMALLOC_UNLIMITED);
    g_assert_cmpuint(figure_unlimited().value, ==, 0);
    g_assert_cmpuint(figure_unknown(ENOENT).state, ==, ZMALLOC_UNKNOWN);
    g_assert_cmpuint(figure_unknown(ENOENT).value, ==, 0);
    g_assert_cmpint(figure_unknown(ENOENT).error, ==, ENOENT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/figure/a-structure-that-holds-its-head-fits-and-errno-stays",
        a_structure_that_holds_its_head_fits_and_errno_stays);
    g_test_add_func("/figure/what-does-not-fit-is-einval", what_does_not_fit_is_einval);
    g_test_add_func("/figure/the-head-stays-the-callers", the_head_stays_the_callers);
    g_test_add_func(
        "/figure/nothing-is-written-beyond-the-callers-size",
        nothing_is_written_beyond_the_callers_size);
    g_test_add_func(
        "/figure/figures-that-the-library-does-not-know-are-unknown",
        figures_that_the_library_does_not_know_are_unknown);
    g_test_add_func("/figure/a-figure-has-a-value-or-an-error", a_figure_has_a_value_or_an_error);
    return g_test_run();
}
