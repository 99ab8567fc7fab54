/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of an unknown system: they say that they have no figure, and give none. */
#include "process/process.h"

#include <errno.h>
#include <glib.h>

static void readers_say_that_they_have_no_figure(void)
{
    size_t bytes = 12345;
    g_assert_cmpint(zmi_process_rss("", &bytes), ==, ENOTSUP);
    g_assert_cmpuint(bytes, ==, 12345);
    g_assert_cmpint(zmi_process_private_dirty("", &bytes), ==, ENOTSUP);
    g_assert_cmpuint(bytes, ==, 12345);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/unsupported/readers-say-that-they-have-no-figure", readers_say_that_they_have_no_figure);
    return g_test_run();
}
