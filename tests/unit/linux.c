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
    return g_test_run();
}
