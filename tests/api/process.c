/* SPDX-License-Identifier: BSD-3-Clause
 * The figures of the process that runs, against what other files of /proc say of it. */
#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <zmalloc.h>

/* The kernel keeps resident pages in per-thread batches of 64 and more (proc(5): "inaccurate"); the
 * test and its tools also touch some pages between two readings. */
enum { SLACK = 4 << 20, BLOCK_SIZE = 64 << 20 };

/* Sum of a field of kilobytes, in bytes, over the lines of a file. */
static size_t sum_of_field(const char *path, const char *field)
{
    char line[1024];
    size_t sum = 0;
    FILE *file = fopen(path, "r");
    g_assert_nonnull(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0)
            sum += (size_t)strtoull(line + strlen(field), NULL, 10) * 1024;
    }
    fclose(file);
    return sum;
}

static void assert_near(size_t value, size_t expected)
{
    g_assert_cmpuint(value, <=, expected + SLACK);
    g_assert_cmpuint(value + SLACK, >=, expected);
}

static void rss_is_vm_rss(void)
{
    assert_near(zmalloc_get_rss(), sum_of_field("/proc/self/status", "VmRSS:"));
}

static void private_dirty_is_the_sum_over_the_mappings(void)
{
    size_t expected = sum_of_field("/proc/self/smaps", "Private_Dirty:");
    g_assert_cmpuint(expected, >, 0);
    assert_near(zmalloc_get_private_dirty(), expected);
}

/* A sanitizer, or valgrind, writes up to four bytes of its own for each that the program touches. */
static void assert_grown(size_t before, size_t after)
{
    size_t most = g_getenv("ZMALLOC_TEST_SHADOWED") != NULL ? 5 * (size_t)BLOCK_SIZE : BLOCK_SIZE;
    g_assert_cmpuint(after + SLACK, >=, before + BLOCK_SIZE);
    g_assert_cmpuint(after, <=, before + most + SLACK);
}

/* The C library fills new blocks if MALLOC_PERTURB_ is set, as meson test does. */
static void give_pages_back(char *block)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)block + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)block + BLOCK_SIZE) / page * page;
    g_assert_cmpint(madvise((void *)start, end - start, MADV_DONTNEED), ==, 0);
}

static void a_touched_block_shows_in_both(void)
{
    /* What the allocator itself writes to find the block again is not counted: tcmalloc's map of pages
     * grows by 4 MiB where the block crosses a multiple of 2 GiB. */
    char *block = zmalloc(BLOCK_SIZE);
    g_assert_nonnull(block);
    give_pages_back(block);
    size_t rss = zmalloc_get_rss(), dirty = zmalloc_get_private_dirty();
    memset(block, 1, BLOCK_SIZE);
    assert_grown(rss, zmalloc_get_rss());
    assert_grown(dirty, zmalloc_get_private_dirty());
    g_assert_cmpfloat(
        zmalloc_get_fragmentation_ratio(zmalloc_get_rss()), >=,
        0.9F * (float)BLOCK_SIZE / (float)zmalloc_used_memory());
    zfree(block);
}

static void an_odd_process_name_changes_nothing(void)
{
    g_assert_cmpint(prctl(PR_SET_NAME, "a) R (b 1 2"), ==, 0);
    rss_is_vm_rss();
    private_dirty_is_the_sum_over_the_mappings();
}

/* With no descriptor left, no file of /proc can be opened. */
static void what_cannot_be_read_has_a_fallback(void)
{
    void *block = zmalloc(5000);
    struct rlimit limit, none;
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    none = limit;
    none.rlim_cur = 0;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    errno = EXDEV;
    size_t rss = zmalloc_get_rss(), dirty = zmalloc_get_private_dirty();
    int error = errno;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    g_assert_cmpuint(rss, ==, zmalloc_used_memory());
    g_assert_cmpuint(dirty, ==, 0);
    g_assert_cmpint(error, ==, EXDEV);
    zfree(block);
}

static void reading_keeps_errno_and_allocates_nothing(void)
{
    size_t used = zmalloc_used_memory();
    errno = EXDEV;
    g_assert_cmpuint(zmalloc_get_rss(), >, 0);
    g_assert_cmpuint(zmalloc_get_private_dirty(), >, 0);
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process/rss-is-vm-rss", rss_is_vm_rss);
    g_test_add_func(
        "/process/private-dirty-is-the-sum-over-the-mappings",
        private_dirty_is_the_sum_over_the_mappings);
    g_test_add_func("/process/a-touched-block-shows-in-both", a_touched_block_shows_in_both);
    g_test_add_func(
        "/process/an-odd-process-name-changes-nothing", an_odd_process_name_changes_nothing);
    g_test_add_func(
        "/process/what-cannot-be-read-has-a-fallback", what_cannot_be_read_has_a_fallback);
    g_test_add_func(
        "/process/reading-keeps-errno-and-allocates-nothing",
        reading_keeps_errno_and_allocates_nothing);
    return g_test_run();
}
