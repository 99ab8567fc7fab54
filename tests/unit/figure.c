/* SPDX-License-Identifier: BSD-3-Clause
 * Structures of figures between callers and a library that know of more or fewer of them. */
#include "figure.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

struct sample {
    size_t size;
    uint32_t flags, argument;
    struct zmalloc_figure first, second, third;
};

static const size_t first_figure = offsetof(struct sample, first);

static struct sample own(void)
{
    return (struct sample){
        .first = figure_known(1), .second = figure_unlimited(), .third = figure_at_most(3)};
}

static void callers_of_the_same_header_get_all(void)
{
    struct sample mine = own(), theirs = {.size = sizeof(theirs), .flags = 2, .argument = 9};
    zmi_figures_give(&theirs, &mine, sizeof(mine));
    g_assert_cmpuint(theirs.size, ==, sizeof(theirs));
    g_assert_cmpuint(theirs.flags, ==, 2);
    g_assert_cmpuint(theirs.argument, ==, 9);
    g_assert_cmpuint(theirs.first.value, ==, 1);
    g_assert_cmpuint(theirs.second.state, ==, ZMALLOC_UNLIMITED);
    g_assert_cmpuint(theirs.third.state, ==, ZMALLOC_AT_MOST);
}

static void callers_of_an_older_header_get_what_they_know(void)
{
    for (size_t size = first_figure; size <= sizeof(struct sample); size++) {
        struct sample mine = own(), theirs, canary;
        memset(&theirs, 0x5a, sizeof(theirs));
        theirs.size = size;
        canary = theirs;
        zmi_figures_give(&theirs, &mine, sizeof(mine));
        g_assert_cmpuint(theirs.size, ==, size);
        g_assert_cmpmem(
            (char *)&theirs + first_figure, size - first_figure, &mine.first, size - first_figure);
        g_assert_cmpmem(
            (char *)&theirs + size, sizeof(theirs) - size, (char *)&canary + size,
            sizeof(theirs) - size);
    }
}

static void what_the_library_does_not_know_is_unknown(void)
{
    struct {
        struct sample known;
        struct zmalloc_figure later[3];
        char guard;
    } theirs;
    memset(&theirs, 0x5a, sizeof(theirs));
    theirs.known.size = offsetof(__typeof__(theirs), guard);
    struct sample mine = own();
    zmi_figures_give(&theirs, &mine, sizeof(mine));
    g_assert_cmpuint(theirs.known.third.value, ==, 3);
    for (int i = 0; i < 3; i++) {
        g_assert_cmpuint(theirs.later[i].state, ==, ZMALLOC_UNKNOWN);
        g_assert_cmpint(theirs.later[i].error, ==, 0);
        g_assert_cmpuint(theirs.later[i].value, ==, 0);
    }
    g_assert_cmpint(theirs.guard, ==, 0x5a);
}

static void a_structure_that_cannot_be_filled_is_refused(void)
{
    struct sample theirs = {.size = first_figure};
    errno = EXDEV;
    g_assert_true(zmi_figures_fit(&theirs, first_figure, 0));
    g_assert_cmpint(errno, ==, EXDEV);
    theirs.size--;
    g_assert_false(zmi_figures_fit(&theirs, first_figure, 0));
    g_assert_cmpint(errno, ==, EINVAL);
    theirs = (struct sample){.size = sizeof(theirs), .flags = 4};
    g_assert_true(zmi_figures_fit(&theirs, first_figure, 5));
    errno = 0;
    g_assert_false(zmi_figures_fit(&theirs, first_figure, 3));
    g_assert_cmpint(errno, ==, EINVAL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/figure/callers-of-the-same-header-get-all", callers_of_the_same_header_get_all);
    g_test_add_func(
        "/figure/callers-of-an-older-header-get-what-they-know",
        callers_of_an_older_header_get_what_they_know);
    g_test_add_func(
        "/figure/what-the-library-does-not-know-is-unknown",
        what_the_library_does_not_know_is_unknown);
    g_test_add_func(
        "/figure/a-structure-that-cannot-be-filled-is-refused",
        a_structure_that_cannot_be_filled_is_refused);
    return g_test_run();
}
