/* SPDX-License-Identifier: BSD-3-Clause
 * Copies of strings: their contents, their count, and what they do without memory. */
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <zmalloc.h>

static void zstrdup_copies(void)
{
    static const char *const strings[] = {"", "a", "several words", "\xc3\xa9\xff"};
    for (size_t i = 0; i < G_N_ELEMENTS(strings); i++) {
        char *copy = zstrdup(strings[i]);
        g_assert_cmpstr(copy, ==, strings[i]);
        g_assert_true(copy != strings[i]);
        g_assert_cmpuint(zmalloc_size(copy), >=, strlen(strings[i]) + 1);
        g_assert_cmpuint(zmalloc_used_memory(), ==, zmalloc_size(copy));
        zfree(copy);
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void zstrndup_ends_where_it_should(void)
{
    for (size_t n = 0; n < 12; n++) {
        char *copy = zstrndup("eight ch", n);
        g_assert_cmpuint(strlen(copy), ==, MIN(n, 8));
        g_assert_cmpint(strncmp(copy, "eight ch", n), ==, 0);
        zfree(copy);
    }
    char *copy = zstrndup("all", (size_t)-1);
    g_assert_cmpstr(copy, ==, "all");
    zfree(copy);
    copy = zstrndup("nul\0after", 9);
    g_assert_cmpstr(copy, ==, "nul");
    zfree(copy);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

/* The string lies at the end of a page that nothing follows. */
static void zstrndup_reads_no_further_than_n(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(pages != MAP_FAILED);
    g_assert_cmpint(mprotect(pages + page, page, PROT_NONE), ==, 0);
    memcpy(pages + page - 5, "bytes", 5);
    char *copy = zstrndup(pages + page - 5, 5);
    g_assert_cmpstr(copy, ==, "bytes");
    zfree(copy);
    munmap(pages, 2 * page);
}

static size_t asked;

static void keep_size(size_t size)
{
    asked = size;
}

/* A string longer than what is left of the address space. */
static void copy_too_much(void)
{
    enum { LENGTH = 300 << 20 };
    char *string =
        mmap(NULL, LENGTH + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(string != MAP_FAILED);
    memset(string, 'x', LENGTH);
    struct rlimit limit = {.rlim_cur = 1, .rlim_max = RLIM_INFINITY};
    g_assert_cmpint(setrlimit(RLIMIT_AS, &limit), ==, 0);
    zmalloc_set_oom_handler(keep_size);

    size_t used = zmalloc_used_memory();
    char *copy = zstrdup(string);
    size_t asked_first = asked;
    char *second_copy = zstrndup(string, LENGTH - 1);
    limit.rlim_cur = RLIM_INFINITY; /* GLib needs memory, too */
    g_assert_cmpint(setrlimit(RLIMIT_AS, &limit), ==, 0);

    g_assert_null(copy);
    g_assert_cmpuint(asked_first, ==, (size_t)LENGTH + 1);
    g_assert_null(second_copy);
    g_assert_cmpuint(asked, ==, (size_t)LENGTH);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
}

static void without_memory_they_return_null(void)
{
    if (g_getenv("ZMALLOC_TEST_SANITIZED") != NULL) {
        g_test_skip("the sanitizer has taken the address space that is to run out");
        return;
    }
    if (g_getenv("ZMALLOC_TEST_EMULATED") != NULL) {
        g_test_skip("the emulator does not pass on the limit of the address space");
        return;
    }
    g_test_trap_subprocess("/string/subprocess/copy-too-much", 0, 0);
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/string/zstrdup-copies", zstrdup_copies);
    g_test_add_func("/string/zstrndup-ends-where-it-should", zstrndup_ends_where_it_should);
    g_test_add_func("/string/zstrndup-reads-no-further-than-n", zstrndup_reads_no_further_than_n);
    g_test_add_func("/string/without-memory-they-return-null", without_memory_they_return_null);
    g_test_add_func("/string/subprocess/copy-too-much", copy_too_much);
    return g_test_run();
}
