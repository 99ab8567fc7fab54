/* SPDX-License-Identifier: BSD-3-Clause
 * The figures of the process that runs, against what other files of /proc say of it. */
#include <errno.h>
#include <glib.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
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
    /* An emulator reads code in, and writes tables of its own, between two readings. */
    size_t slack = g_getenv("ZMALLOC_TEST_EMULATED") != NULL ? 8 * (size_t)SLACK : SLACK;
    g_assert_cmpuint(value, <=, expected + slack);
    g_assert_cmpuint(value + slack, >=, expected);
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

/* ---- Any process ----------------------------------------------------------------------------- */

static struct zmalloc_process_memory memory_of(long pid, uint32_t flags)
{
    struct zmalloc_process_memory memory = {.size = sizeof(memory), .flags = flags};
    g_assert_cmpint(zmalloc_get_process_memory(pid, &memory), ==, 0);
    return memory;
}

static void assert_figure_near(struct zmalloc_figure figure, const char *path, const char *field)
{
    g_assert_cmpuint(figure.state, ==, ZMALLOC_KNOWN);
    assert_near((size_t)figure.value, sum_of_field(path, field));
}

static void figures_are_those_of_proc(void)
{
    struct zmalloc_process_memory memory = memory_of(-1, ZMALLOC_PROCESS_PAGES);
    assert_figure_near(memory.rss, "/proc/self/status", "VmRSS:");
    assert_figure_near(memory.peak_rss, "/proc/self/status", "VmHWM:");
    assert_figure_near(memory.rss_anonymous, "/proc/self/status", "RssAnon:");
    assert_figure_near(memory.rss_file, "/proc/self/status", "RssFile:");
    assert_figure_near(memory.rss_shared, "/proc/self/status", "RssShmem:");
    assert_figure_near(memory.virtual_size, "/proc/self/status", "VmSize:");
    assert_figure_near(memory.swap, "/proc/self/status", "VmSwap:");
    assert_figure_near(memory.pss, "/proc/self/smaps", "Pss:");
    assert_figure_near(memory.private_dirty, "/proc/self/smaps", "Private_Dirty:");
    assert_figure_near(memory.private_clean, "/proc/self/smaps", "Private_Clean:");
    g_assert_cmpuint(memory.read_time.value, >, 0);
    g_assert_cmpuint(memory.walk_time.value, >, 0);
}

static void pages_are_walked_on_request_only(void)
{
    struct zmalloc_process_memory memory = memory_of(-1, 0);
    g_assert_cmpuint(memory.rss.state, ==, ZMALLOC_KNOWN);
    const struct zmalloc_figure pages[] = {
        memory.pss, memory.private_dirty, memory.private_clean, memory.walk_time};
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_assert_cmpuint(pages[i].state, ==, ZMALLOC_UNKNOWN);
        g_assert_cmpint(pages[i].error, ==, 0);
    }
}

static void another_process_is_read_until_it_is_gone(void)
{
    int ends[2];
    long long value;
    size_t bytes;
    uint64_t elapsed = 0;
    g_assert_cmpint(pipe(ends), ==, 0);
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1); /* until the parent closes */
    }
    g_assert_cmpint(child, >, 0);
    close(ends[0]);

    char *status = g_strdup_printf("/proc/%ld/status", (long)child);
    char *smaps = g_strdup_printf("/proc/%ld/smaps", (long)child);
    struct zmalloc_process_memory memory = memory_of(child, ZMALLOC_PROCESS_PAGES);
    assert_figure_near(memory.rss, status, "VmRSS:");
    assert_figure_near(memory.private_dirty, smaps, "Private_Dirty:");
    g_assert_cmpint(zmalloc_get_smaps_field(child, "Rss:", &bytes, &elapsed), ==, 0);
    assert_near(bytes, sum_of_field(smaps, "Rss:"));
    g_assert_cmpuint(elapsed, >, 0);
    g_assert_cmpint(zmalloc_get_process_stat(child, 4, &value), ==, 0); /* its parent */
    g_assert_cmpint(value, ==, getpid());

    close(ends[1]);
    siginfo_t info;
    g_assert_cmpint(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), ==, 0);
    memory = memory_of(child, 0); /* a zombie has no memory, and is still a process */
    g_assert_cmpuint(memory.rss.state, ==, ZMALLOC_UNKNOWN);
    g_assert_cmpint(memory.rss.error, !=, 0);

    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    struct zmalloc_process_memory none = {.size = sizeof(none)}, before = none;
    errno = 0;
    g_assert_cmpint(zmalloc_get_process_memory(child, &none), ==, -1);
    g_assert_cmpint(errno, ==, ESRCH);
    g_assert_cmpmem(&none, sizeof(none), &before, sizeof(before));
    errno = 0;
    g_assert_cmpint(zmalloc_get_smaps_field(child, "Rss:", &bytes, NULL), ==, -1);
    g_assert_cmpint(errno, ==, ESRCH);
    errno = 0;
    g_assert_cmpint(zmalloc_get_process_stat(child, 4, &value), ==, -1);
    g_assert_cmpint(errno, ==, ESRCH);
    g_free(smaps);
    g_free(status);
}

static void a_field_is_the_sum_over_the_mappings(void)
{
    static const char *const fields[] = {"Rss:", "Pss:", "Private_Clean:", "Swap:"};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        size_t bytes = 1;
        g_assert_cmpint(zmalloc_get_smaps_field(-1, fields[i], &bytes, NULL), ==, 0);
        assert_near(bytes, sum_of_field("/proc/self/smaps", fields[i]));
    }
}

static void bad_arguments_are_refused(void)
{
    static const char *const no_fields[] = {"Rss", ":", "", "Rss: ", "Rss:\n", "a:b:"};
    static const long no_pids[] = {0, -2, LONG_MIN};
    struct zmalloc_process_memory memory = {.size = sizeof(memory)};
    size_t bytes = 7;
    long long value = 7;
    for (size_t i = 0; i < G_N_ELEMENTS(no_fields); i++) {
        errno = 0;
        g_assert_cmpint(zmalloc_get_smaps_field(-1, no_fields[i], &bytes, NULL), ==, -1);
        g_assert_cmpint(errno, ==, EINVAL);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(no_pids); i++) {
        errno = 0;
        g_assert_cmpint(zmalloc_get_smaps_field(no_pids[i], "Rss:", &bytes, NULL), ==, -1);
        g_assert_cmpint(errno, ==, EINVAL);
        errno = 0;
        g_assert_cmpint(zmalloc_get_process_stat(no_pids[i], 24, &value), ==, -1);
        g_assert_cmpint(errno, ==, EINVAL);
        errno = 0;
        g_assert_cmpint(zmalloc_get_process_memory(no_pids[i], &memory), ==, -1);
        g_assert_cmpint(errno, ==, EINVAL);
    }
    errno = 0;
    g_assert_cmpint(zmalloc_get_process_stat(-1, 3, &value), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    errno = 0;
    g_assert_cmpint(zmalloc_get_process_stat(-1, 1000, &value), ==, -1);
    g_assert_cmpint(errno, ==, ENODATA);
    errno = 0;
    g_assert_cmpint(zmalloc_get_smaps_field(-1, "Nothing:", &bytes, NULL), ==, -1);
    g_assert_cmpint(errno, ==, ENODATA);
    memory.flags = ZMALLOC_PROCESS_PAGES << 1;
    errno = 0;
    g_assert_cmpint(zmalloc_get_process_memory(-1, &memory), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    g_assert_cmpuint(bytes, ==, 7);
    g_assert_cmpint(value, ==, 7);
}

/* In a child, for it gives its rights away. */
static void what_may_not_be_read_is_unknown_and_says_so(void)
{
    int status;
    if (getuid() != 0) {
        g_test_skip("the test gives away the rights of root");
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        struct zmalloc_process_memory memory = {
            .size = sizeof(memory), .flags = ZMALLOC_PROCESS_PAGES};
        size_t bytes;
        long parent = (long)getppid();
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(2);
        if (zmalloc_get_process_memory(parent, &memory) != 0)
            _exit(3);
        if (memory.rss.state != ZMALLOC_KNOWN) /* all may read status */
            _exit(4);
        if (memory.private_dirty.state != ZMALLOC_UNKNOWN || memory.private_dirty.error != EACCES)
            _exit(5);
        _exit(
            zmalloc_get_smaps_field(parent, "Rss:", &bytes, NULL) == -1 && errno == EACCES ? 0 : 6);
    }
    g_assert_cmpint(child, >, 0);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

static void reading_a_process_keeps_errno_and_allocates_nothing(void)
{
    size_t used = zmalloc_used_memory(), bytes;
    long long value;
    errno = EXDEV;
    memory_of(-1, ZMALLOC_PROCESS_PAGES);
    g_assert_cmpint(zmalloc_get_smaps_field(-1, "Rss:", &bytes, NULL), ==, 0);
    g_assert_cmpint(zmalloc_get_process_stat(-1, 4, &value), ==, 0);
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
    g_test_add_func("/process/figures-are-those-of-proc", figures_are_those_of_proc);
    g_test_add_func("/process/pages-are-walked-on-request-only", pages_are_walked_on_request_only);
    g_test_add_func(
        "/process/another-process-is-read-until-it-is-gone",
        another_process_is_read_until_it_is_gone);
    g_test_add_func(
        "/process/a-field-is-the-sum-over-the-mappings", a_field_is_the_sum_over_the_mappings);
    g_test_add_func("/process/bad-arguments-are-refused", bad_arguments_are_refused);
    g_test_add_func(
        "/process/what-may-not-be-read-is-unknown-and-says-so",
        what_may_not_be_read_is_unknown_and_says_so);
    g_test_add_func(
        "/process/reading-a-process-keeps-errno-and-allocates-nothing",
        reading_a_process_keeps_errno_and_allocates_nothing);
    return g_test_run();
}
