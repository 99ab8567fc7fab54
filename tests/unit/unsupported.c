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
    g_assert_cmpint(zmi_process_smaps_field("", -1, "Rss:", &bytes), ==, ENOTSUP);
    g_assert_cmpuint(bytes, ==, 12345);
    long long value = 12345;
    g_assert_cmpint(zmi_process_stat("", -1, 24, &value), ==, ENOTSUP);
    g_assert_cmpint(value, ==, 12345);
    struct zmi_mappings mappings = {0};
    g_assert_cmpint(zmi_process_mappings("", &mappings), ==, ENOTSUP);
    struct zmalloc_process_memory memory = {0};
    g_assert_cmpint(zmi_process_status("", -1, &memory), ==, ENOTSUP);
    zmi_process_pages("", -1, &memory);
    g_assert_cmpint(memory.pss.error, ==, ENOTSUP);
    g_assert_cmpint(memory.private_clean.error, ==, ENOTSUP);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/unsupported/readers-say-that-they-have-no-figure", readers_say_that_they_have_no_figure);
    return g_test_run();
}
