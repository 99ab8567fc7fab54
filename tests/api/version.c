/* SPDX-License-Identifier: BSD-3-Clause
 * Versions: of the header, of the library, of the allocator that runs. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include <zmalloc.h>

static void header_and_library_agree(void)
{
    char *numbers = g_strdup_printf(
        "%d.%d.%d", ZMALLOC_VERSION_MAJOR, ZMALLOC_VERSION_MINOR, ZMALLOC_VERSION_PATCH);
    g_assert_cmpstr(zmalloc_version(), ==, ZMALLOC_VERSION);
    g_assert_cmpstr(zmalloc_version(), ==, numbers);
    g_free(numbers);
}

/* "libc", or the allocator's name and a version of numbers and dots. */
static void lib_names_the_allocator_of_this_cell(void)
{
    const char *expected = g_getenv("ZMALLOC_TEST_ALLOCATOR");
    const char *lib = ZMALLOC_LIB;
    g_assert_nonnull(expected);
    g_test_message("%s", lib);
    g_assert_true(lib == zmalloc_lib());
    g_assert_true(g_str_has_prefix(lib, expected));
    lib += strlen(expected);
    if (strcmp(expected, "libc") == 0) {
        g_assert_cmpstr(lib, ==, "");
        return;
    }
    int major, minor;
    g_assert_cmpint(sscanf(lib, "-%d.%d", &major, &minor), ==, 2);
    g_assert_cmpint(major, >=, 1);
    g_assert_cmpuint(strspn(lib + 1, "0123456789."), ==, strlen(lib + 1));
}

static void classic_macros_are_there(void)
{
    g_assert_cmpint(HAVE_MALLOC_SIZE, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/version/header-and-library-agree", header_and_library_agree);
    g_test_add_func(
        "/version/lib-names-the-allocator-of-this-cell", lib_names_the_allocator_of_this_cell);
    g_test_add_func("/version/classic-macros-are-there", classic_macros_are_there);
    return g_test_run();
}
