/* SPDX-License-Identifier: BSD-3-Clause
 * Blocks of the C library's own functions, which zlibc_free() gives back to it, uncounted. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include <zmalloc.h>

static void frees_what_getline_allocated(void)
{
    char *line = NULL;
    size_t size = 0;
    FILE *file = fmemopen((void *)"one line\n", strlen("one line\n"), "r");
    g_assert_nonnull(file);
    void *counted = zmalloc(100);
    size_t used = zmalloc_used_memory();
    g_assert_cmpint(getline(&line, &size, file), ==, (gssize)strlen("one line\n"));
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    zlibc_free(line);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    zlibc_free(NULL);
    zfree(counted);
    fclose(file);
}

static void frees_many_of_strdup(void)
{
    for (unsigned i = 0; i < 10000; i++)
        zlibc_free(strdup("a string of the C library"));
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zlibc/frees-what-getline-allocated", frees_what_getline_allocated);
    g_test_add_func("/zlibc/frees-many-of-strdup", frees_many_of_strdup);
    return g_test_run();
}
