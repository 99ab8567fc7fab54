/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of Linux, on captured /proc trees; the live process is in api/process.c. */
#include "process/process.h"

#include <errno.h>
#include <glib.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What *bytes holds before a call: an error has to leave it. */
static const size_t untouched = 0x5a5a;

typedef int reader(const char *root, size_t *bytes);

static void check(reader *read, const char *root, int error, size_t expected)
{
    size_t bytes = untouched;
    g_assert_cmpint(read(root, &bytes), ==, error);
    g_assert_cmpuint(bytes, ==, error == 0 ? expected : untouched);
}

static const struct tree {
    const char *name;
    int rss_error;
    size_t rss_pages;
    int dirty_error;
    size_t dirty_kb;
} trees[] = {
    {"normal", 0, 288, 0, 500},
    {"no-rollup", 0, 292, 0, 508},
    {"odd-names", 0, 300, 0, 532},
    {"cut-rollup", 0, 288, 0, 500},
    {"zero", 0, 0, 0, 0},
    {"directory", EISDIR, 0, 0, 500},
    {"missing", ENOENT, 0, ENOENT, 0},
    {"hidepid", ENOENT, 0, ENOENT, 0},
    {"truncated", EBADMSG, 0, EBADMSG, 0},
    {"garbage", EBADMSG, 0, ENODATA, 0}, /* smaps has no such line at all */
    {"huge", ERANGE, 0, ERANGE, 0},
    {"not-there-at-all", ENOENT, 0, ENOENT, 0},
};

static void captured_tree(gconstpointer data)
{
    const struct tree *tree = data;
    char *root = g_test_build_filename(G_TEST_DIST, "data", "proc-trees", tree->name, NULL);
    check(zmi_process_rss, root, tree->rss_error, tree->rss_pages * (size_t)sysconf(_SC_PAGESIZE));
    check(zmi_process_private_dirty, root, tree->dirty_error, tree->dirty_kb * 1024);
    g_free(root);
}

/* "/proc/self/statm" is 16 bytes long, and PATH_MAX counts the NUL. */
static void a_root_too_long_is_refused(void)
{
    char root[PATH_MAX + 1];
    memset(root, '/', sizeof(root));
    for (size_t length = PATH_MAX - 30; length <= PATH_MAX; length++) {
        root[length] = '\0';
        /* A root of slashes is the real one, as long as it fits. */
        size_t bytes = untouched;
        int error = zmi_process_rss(root, &bytes);
        g_assert_cmpint(error, ==, length + 16 < PATH_MAX ? 0 : ENAMETOOLONG);
        g_assert_cmpint(bytes != untouched, ==, error == 0);
        root[length] = '/';
    }
}

/* The lowest one is always the next to be given out. */
static int next_descriptor(void)
{
    int fd = dup(STDIN_FILENO);
    close(fd);
    return fd;
}

static void no_descriptor_is_kept(void)
{
    int before = next_descriptor();
    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++)
        captured_tree(&trees[i]);
    g_assert_cmpint(next_descriptor(), ==, before);
}

static void without_descriptors_the_error_is_emfile(void)
{
    struct rlimit limit, none;
    size_t rss = untouched, dirty = untouched;
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    none = limit;
    none.rlim_cur = 0;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    int rss_error = zmi_process_rss("", &rss), dirty_error = zmi_process_private_dirty("", &dirty);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    g_assert_cmpint(rss_error, ==, EMFILE);
    g_assert_cmpint(dirty_error, ==, EMFILE);
    g_assert_cmpuint(rss, ==, untouched);
    g_assert_cmpuint(dirty, ==, untouched);
}

/* ---- Other processes ------------------------------------------------------------------------- */

static char *processes(void)
{
    return g_test_build_filename(G_TEST_DIST, "data", "proc-trees", "processes", NULL);
}

static void assert_kilobytes(struct zmalloc_figure figure, uint64_t kilobytes)
{
    g_assert_cmpuint(figure.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(figure.value, ==, kilobytes * 1024);
}

static void assert_unknown(struct zmalloc_figure figure, int error)
{
    g_assert_cmpuint(figure.state, ==, ZMALLOC_UNKNOWN);
    g_assert_cmpint(figure.error, ==, error);
}

static void status_has_the_cheap_figures(void)
{
    struct zmalloc_process_memory memory = {0};
    char *root = processes();
    g_assert_cmpint(zmi_process_status(root, 1234, &memory), ==, 0);
    assert_kilobytes(memory.rss, 800);
    assert_kilobytes(memory.peak_rss, 900);
    assert_kilobytes(memory.rss_anonymous, 500);
    assert_kilobytes(memory.rss_file, 270);
    assert_kilobytes(memory.rss_shared, 30);
    assert_kilobytes(memory.swap, 40);
    assert_kilobytes(memory.virtual_size, 2000);
    g_free(root);
}

static void what_a_process_has_not_is_unknown(void)
{
    struct zmalloc_process_memory memory = {0};
    char *root = processes();
    g_assert_cmpint(zmi_process_status(root, 5, &memory), ==, 0);
    assert_unknown(memory.rss, ENODATA);
    assert_unknown(memory.swap, ENODATA);
    g_assert_cmpint(zmi_process_status(root, 6, &memory), ==, 0);
    assert_kilobytes(memory.rss, 800);
    assert_kilobytes(memory.swap, 0);
    assert_unknown(memory.rss_anonymous, ENODATA);
    g_free(root);
}

static void pages_come_from_the_rollup_or_from_smaps(void)
{
    struct zmalloc_process_memory memory = {0};
    char *root = processes();
    zmi_process_pages(root, 1234, &memory);
    assert_kilobytes(memory.pss, 600);
    assert_kilobytes(memory.private_dirty, 400);
    assert_kilobytes(memory.private_clean, 100);
    zmi_process_pages(root, 5, &memory);
    assert_unknown(memory.pss, ESRCH);
    g_free(root);
    root = g_test_build_filename(G_TEST_DIST, "data", "proc-trees", "no-rollup", NULL);
    zmi_process_pages(root, -1, &memory);
    assert_kilobytes(memory.private_dirty, 508);
    g_free(root);
}

static void a_field_that_the_rollup_lacks_is_that_of_smaps(void)
{
    size_t bytes = untouched;
    char *root = processes();
    g_assert_cmpint(zmi_process_smaps_field(root, 1234, "Pss:", &bytes), ==, 0);
    g_assert_cmpuint(bytes, ==, 600 * 1024);
    g_assert_cmpint(zmi_process_smaps_field(root, 1234, "Size:", &bytes), ==, 0);
    g_assert_cmpuint(bytes, ==, 2024 * 1024);
    bytes = untouched;
    g_assert_cmpint(zmi_process_smaps_field(root, 1234, "Locked:", &bytes), ==, ENODATA);
    g_assert_cmpuint(bytes, ==, untouched);
    g_free(root);
}

static void stat_is_of_the_process_asked_for(void)
{
    long long value = 0;
    char *root = processes();
    g_assert_cmpint(zmi_process_stat(root, 1234, 8, &value), ==, 0);
    g_assert_cmpint(value, ==, -1);
    g_assert_cmpint(zmi_process_stat(root, 5, 9, &value), ==, 0);
    g_assert_cmpint(value, ==, 4194560);
    g_free(root);
}

static void a_process_that_is_not_there_is_said_to_be_none(void)
{
    struct zmalloc_process_memory memory = {0};
    size_t bytes;
    long long value;
    char *root = processes();
    g_assert_cmpint(zmi_process_status(root, 7, &memory), ==, ESRCH);
    g_assert_cmpint(zmi_process_smaps_field(root, 7, "Pss:", &bytes), ==, ESRCH);
    g_assert_cmpint(zmi_process_stat(root, 7, 4, &value), ==, ESRCH);
    g_free(root);
    /* Nor is one where /proc is not. */
    g_assert_cmpint(zmi_process_status("/not-there-at-all", 7, &memory), ==, ENOENT);
}

static void mappings_are_summed_by_kind(void)
{
    struct zmi_mappings mappings;
    size_t rss;
    g_assert_cmpint(zmi_process_mappings("", &mappings), ==, 0);
    g_assert_cmpint(zmi_process_smaps_field("", -1, "Rss:", &rss), ==, 0);
    uint64_t sum = 0;
    for (int i = 0; i < MAPPING_KINDS; i++) {
        g_assert_cmpuint(mappings.of[i].size, >, 0);
        g_assert_cmpuint(mappings.of[i].rss, >, 0);
        sum += mappings.of[i].rss;
    }
    g_assert_cmpuint(sum, <=, rss + (1 << 20));
    g_assert_cmpuint(sum + (1 << 20), >=, rss);
    char *root = processes();
    g_assert_cmpint(zmi_process_mappings(root, &mappings), ==, ENOENT);
    g_free(root);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
        char *path = g_strconcat("/linux/captured-tree/", trees[i].name, NULL);
        g_test_add_data_func(path, &trees[i], captured_tree);
        g_free(path);
    }
    g_test_add_func("/linux/a-root-too-long-is-refused", a_root_too_long_is_refused);
    g_test_add_func("/linux/no-descriptor-is-kept", no_descriptor_is_kept);
    g_test_add_func(
        "/linux/without-descriptors-the-error-is-emfile", without_descriptors_the_error_is_emfile);
    g_test_add_func("/linux/status-has-the-cheap-figures", status_has_the_cheap_figures);
    g_test_add_func("/linux/what-a-process-has-not-is-unknown", what_a_process_has_not_is_unknown);
    g_test_add_func(
        "/linux/pages-come-from-the-rollup-or-from-smaps",
        pages_come_from_the_rollup_or_from_smaps);
    g_test_add_func(
        "/linux/a-field-that-the-rollup-lacks-is-that-of-smaps",
        a_field_that_the_rollup_lacks_is_that_of_smaps);
    g_test_add_func("/linux/stat-is-of-the-process-asked-for", stat_is_of_the_process_asked_for);
    g_test_add_func(
        "/linux/a-process-that-is-not-there-is-said-to-be-none",
        a_process_that_is_not_there_is_said_to_be_none);
    g_test_add_func("/linux/mappings-are-summed-by-kind", mappings_are_summed_by_kind);
    return g_test_run();
}
