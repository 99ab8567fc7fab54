/* SPDX-License-Identifier: BSD-3-Clause
 * The memory cgroups of a process, on trees of files as systems show them: each is written down here,
 * file by file, and made in a directory of the test's own. */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "figure.h"
#include "process/cgroup_path.h"
#include "process/process.h"

#define V2_MOUNT "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
#define V1_MOUNT "33 24 0:29 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n"
#define OTHER_MOUNTS                                                                               \
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"                                      \
    "31 24 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
#define V1_SENTINEL "9223372036854771712\n"

/* Path and text, by turns; a NULL last. */
typedef const char *const tree[32];

static char *make(tree files)
{
    char *root = g_dir_make_tmp("cgroup-XXXXXX", NULL);
    for (int i = 0; files[i] != NULL; i += 2) {
        char *path = g_build_filename(root, files[i], NULL), *directory = g_path_get_dirname(path);
        g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
        g_assert_true(g_file_set_contents(path, files[i + 1], -1, NULL));
        g_free(directory);
        g_free(path);
    }
    return root;
}

static void remove_tree(const char *path)
{
    GDir *directory = g_dir_open(path, 0, NULL);
    for (const char *name; directory != NULL && (name = g_dir_read_name(directory)) != NULL;) {
        char *inner = g_build_filename(path, name, NULL);
        remove_tree(inner);
        g_free(inner);
    }
    if (directory != NULL)
        g_dir_close(directory);
    g_assert_cmpint(g_remove(path), ==, 0);
}

static struct zmalloc_memory_limits read_tree(tree files)
{
    struct zmalloc_memory_limits limits = {0};
    char *root = make(files);
    zmi_cgroup_memory(root, &limits);
    remove_tree(root);
    g_free(root);
    return limits;
}

static void assert_known(struct zmalloc_figure figure, uint64_t value)
{
    g_assert_cmpuint(figure.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(figure.value, ==, value);
}

static void assert_unlimited(struct zmalloc_figure figure)
{
    g_assert_cmpuint(figure.state, ==, ZMALLOC_UNLIMITED);
    g_assert_cmpuint(figure.value, ==, 0);
}

static void assert_unknown(struct zmalloc_figure figure, int error)
{
    g_assert_cmpuint(figure.state, ==, ZMALLOC_UNKNOWN);
    g_assert_cmpint(figure.error, ==, error);
}

/* ---- Version 2 ------------------------------------------------------------------------------- */

static void v2_has_the_limits_of_the_cgroup(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/a\n",
        "proc/self/mountinfo",
        OTHER_MOUNTS V2_MOUNT,
        "sys/fs/cgroup/cgroup.procs",
        "",
        "sys/fs/cgroup/a/cgroup.procs",
        "1\n",
        "sys/fs/cgroup/a/memory.max",
        "1073741824\n",
        "sys/fs/cgroup/a/memory.high",
        "max\n",
        "sys/fs/cgroup/a/memory.current",
        "5000\n",
        "sys/fs/cgroup/a/memory.swap.max",
        "0\n",
        "sys/fs/cgroup/a/memory.swap.current",
        "7\n",
        NULL};
    struct zmalloc_memory_limits limits = read_tree(files);
    assert_known(limits.cgroup_limit, 1073741824);
    assert_unlimited(limits.cgroup_soft_limit);
    assert_known(limits.cgroup_usage, 5000);
    assert_known(limits.cgroup_swap_limit, 0); /* 0 is a limit */
    assert_known(limits.cgroup_swap_usage, 7);
}

static void the_least_may_be_that_of_an_ancestor(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/a/b/c\n",
        "proc/self/mountinfo",
        V2_MOUNT,
        "sys/fs/cgroup/a/memory.max",
        "3000\n",
        "sys/fs/cgroup/a/memory.current",
        "33\n",
        "sys/fs/cgroup/a/memory.high",
        "900\n",
        "sys/fs/cgroup/a/b/memory.max",
        "2000\n",
        "sys/fs/cgroup/a/b/memory.current",
        "22\n",
        "sys/fs/cgroup/a/b/c/memory.max",
        "max\n",
        "sys/fs/cgroup/a/b/c/memory.current",
        "11\n",
        "sys/fs/cgroup/a/b/c/memory.high",
        "1000\n",
        "sys/fs/cgroup/a/b/c/cgroup.procs",
        "1\n",
        NULL};
    struct zmalloc_memory_limits limits = read_tree(files);
    assert_known(limits.cgroup_limit, 2000);
    assert_known(limits.cgroup_soft_limit, 900);
    assert_known(limits.cgroup_usage, 22); /* of the one that limits most */
}

static void without_limits_usage_is_that_of_the_own_cgroup(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/a/b\n",
        "proc/self/mountinfo",
        V2_MOUNT,
        "sys/fs/cgroup/a/memory.max",
        "max\n",
        "sys/fs/cgroup/a/memory.current",
        "33\n",
        "sys/fs/cgroup/a/b/memory.max",
        "max\n",
        "sys/fs/cgroup/a/b/memory.current",
        "22\n",
        "sys/fs/cgroup/a/b/cgroup.procs",
        "1\n",
        NULL};
    struct zmalloc_memory_limits limits = read_tree(files);
    assert_unlimited(limits.cgroup_limit);
    assert_known(limits.cgroup_usage, 22);
}

static void the_root_cgroup_has_no_limit(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/\n",
        "proc/self/mountinfo",
        V2_MOUNT,
        "sys/fs/cgroup/cgroup.procs",
        "1\n",
        NULL};
    struct zmalloc_memory_limits limits = read_tree(files);
    assert_unlimited(limits.cgroup_limit);
    assert_unknown(limits.cgroup_usage, ENODATA);
}

static void without_the_controller_those_above_decide(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/a/b\n",
        "proc/self/mountinfo",
        V2_MOUNT,
        "sys/fs/cgroup/a/memory.max",
        "4000\n",
        "sys/fs/cgroup/a/memory.current",
        "40\n",
        "sys/fs/cgroup/a/b/cgroup.procs",
        "1\n",
        NULL};
    struct zmalloc_memory_limits limits = read_tree(files);
    assert_known(limits.cgroup_limit, 4000);
    assert_known(limits.cgroup_usage, 40);
}

static void a_limit_of_zero_is_one(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/a\n",
        "proc/self/mountinfo",
        V2_MOUNT,
        "sys/fs/cgroup/a/memory.max",
        "0\n",
        "sys/fs/cgroup/a/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(files).cgroup_limit, 0);
}

/* ---- Version 1, and both --------------------------------------------------------------------- */

static void v1_takes_swap_from_memory_and_swap(void)
{
    static tree files = {
        "proc/self/cgroup",
        "5:cpu,cpuacct:/x\n4:memory:/a\n1:name=systemd:/y\n",
        "proc/self/mountinfo",
        OTHER_MOUNTS V1_MOUNT,
        "sys/fs/cgroup/memory/a/memory.limit_in_bytes",
        "6000\n",
        "sys/fs/cgroup/memory/a/memory.soft_limit_in_bytes",
        V1_SENTINEL,
        "sys/fs/cgroup/memory/a/memory.usage_in_bytes",
        "100\n",
        "sys/fs/cgroup/memory/a/memory.memsw.limit_in_bytes",
        "9000\n",
        "sys/fs/cgroup/memory/a/memory.memsw.usage_in_bytes",
        "130\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes",
        V1_SENTINEL,
        "sys/fs/cgroup/memory/a/cgroup.procs",
        "1\n",
        NULL};
    struct zmalloc_memory_limits limits = read_tree(files);
    assert_known(limits.cgroup_limit, 6000);
    assert_unlimited(limits.cgroup_soft_limit);
    assert_known(limits.cgroup_usage, 100);
    assert_known(limits.cgroup_swap_limit, 3000);
    assert_known(limits.cgroup_swap_usage, 30);
}

static void v1_shows_no_limit_as_a_huge_number(void)
{
    static const char *const huge[] = {
        V1_SENTINEL, "9223372036854775807\n", "9223372036854710272\n"}; /* pages of 4, 64 KiB */
    for (size_t i = 0; i < G_N_ELEMENTS(huge); i++) {
        tree files = {
            "proc/self/cgroup",
            "4:memory:/a\n",
            "proc/self/mountinfo",
            V1_MOUNT,
            "sys/fs/cgroup/memory/a/memory.limit_in_bytes",
            huge[i],
            "sys/fs/cgroup/memory/a/cgroup.procs",
            "1\n",
            NULL};
        assert_unlimited(read_tree(files).cgroup_limit);
    }
}

static void v1_without_hierarchy_ends_at_the_own_cgroup(void)
{
    tree files = {
        "proc/self/cgroup",
        "4:memory:/a/b\n",
        "proc/self/mountinfo",
        V1_MOUNT,
        "sys/fs/cgroup/memory/a/memory.limit_in_bytes",
        "10\n",
        "sys/fs/cgroup/memory/a/memory.use_hierarchy",
        "0\n",
        "sys/fs/cgroup/memory/a/b/memory.limit_in_bytes",
        "20\n",
        "sys/fs/cgroup/memory/a/b/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(files).cgroup_limit, 20);
    tree with = {
        "proc/self/cgroup",
        "4:memory:/a/b\n",
        "proc/self/mountinfo",
        V1_MOUNT,
        "sys/fs/cgroup/memory/a/memory.limit_in_bytes",
        "10\n",
        "sys/fs/cgroup/memory/a/memory.use_hierarchy",
        "1\n",
        "sys/fs/cgroup/memory/a/b/memory.limit_in_bytes",
        "20\n",
        "sys/fs/cgroup/memory/a/b/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(with).cgroup_limit, 10);
}

static void of_both_versions_the_one_with_the_controller_counts(void)
{
    static tree v1 = {
        "proc/self/cgroup",
        "0::/a\n4:memory:/a\n",
        "proc/self/mountinfo",
        "30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" V1_MOUNT,
        "sys/fs/cgroup/unified/a/cgroup.procs",
        "1\n",
        "sys/fs/cgroup/memory/a/memory.limit_in_bytes",
        "6000\n",
        "sys/fs/cgroup/memory/a/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(v1).cgroup_limit, 6000);
    static tree v2 = {
        "proc/self/cgroup",
        "1:name=systemd:/a\n0::/a\n",
        "proc/self/mountinfo",
        "30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" OTHER_MOUNTS,
        "sys/fs/cgroup/unified/a/cgroup.procs",
        "1\n",
        "sys/fs/cgroup/unified/a/memory.max",
        "7000\n",
        NULL};
    assert_known(read_tree(v2).cgroup_limit, 7000);
}

/* ---- Paths ----------------------------------------------------------------------------------- */

static void mount_points_are_unescaped_and_names_are_not(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/a b\\040c:d\n",
        "proc/self/mountinfo",
        "30 23 0:26 / /mnt/c\\040g\\134x rw - cgroup2 none rw\n",
        "mnt/c g\\x/a b\\040c:d/memory.max",
        "8000\n",
        "mnt/c g\\x/a b\\040c:d/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(files).cgroup_limit, 8000);
}

/* As in a container that shows its own part of the hierarchy alone. */
static void names_are_relative_to_the_root_of_the_mount(void)
{
    static tree files = {
        "proc/self/cgroup",
        "4:memory:/docker/0a1b/inner\n",
        "proc/self/mountinfo",
        "33 24 0:29 /docker/0a1b /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes",
        "500\n",
        "sys/fs/cgroup/memory/inner/memory.limit_in_bytes",
        "900\n",
        "sys/fs/cgroup/memory/inner/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(files).cgroup_limit, 500);
}

static void mounts_of_another_part_are_passed_over(void)
{
    static tree files = {
        "proc/self/cgroup",
        "0::/docker/0a1b\n",
        "proc/self/mountinfo",
        "29 23 0:26 /docker/0a /mnt/other rw - cgroup2 none rw\n"
        "30 23 0:26 /docker/0a1b /mnt/own rw - cgroup2 none rw\n"
        "31 23 0:26 / /mnt/all rw - cgroup2 none rw\n"
        "32 23 0:26 /docker /mnt/some rw - cgroup2 none rw\n",
        "mnt/other/memory.max",
        "1\n",
        "mnt/own/memory.max",
        "900\n",
        "mnt/all/docker/memory.max",
        "500\n",
        "mnt/all/docker/0a1b/memory.max",
        "900\n",
        "mnt/all/docker/0a1b/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(files).cgroup_limit, 500);
}

static void above_a_namespace_what_is_visible_counts(void)
{
    static const char *const names[] = {"0::/..\n", "0::/../../x\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        tree files = {
            "proc/self/cgroup",
            names[i],
            "proc/self/mountinfo",
            V2_MOUNT,
            "sys/fs/cgroup/memory.max",
            "600\n",
            "sys/fs/cgroup/cgroup.procs",
            "1\n",
            NULL};
        assert_known(read_tree(files).cgroup_limit, 600);
    }
    static tree named = {
        "proc/self/cgroup",
        "0::/..a\n",
        "proc/self/mountinfo",
        V2_MOUNT,
        "sys/fs/cgroup/..a/memory.max",
        "700\n",
        "sys/fs/cgroup/..a/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(named).cgroup_limit, 700);
}

static void long_lines_of_other_mounts_are_passed_over(void)
{
    GString *mounts = g_string_new("20 1 0:20 / / rw - overlay overlay rw,lowerdir=");
    for (int i = 0; i < 2000; i++)
        g_string_append(mounts, "/layer/of/many:");
    g_string_append(mounts, "\n" V2_MOUNT);
    tree files = {
        "proc/self/cgroup",
        "0::/a\n",
        "proc/self/mountinfo",
        mounts->str,
        "sys/fs/cgroup/a/memory.max",
        "800\n",
        "sys/fs/cgroup/a/cgroup.procs",
        "1\n",
        NULL};
    assert_known(read_tree(files).cgroup_limit, 800);
    g_string_free(mounts, TRUE);
}

/* ---- What is not there, or wrong ------------------------------------------------------------- */

static void what_is_not_there_is_unknown(void)
{
    static tree nothing = {"other", "", NULL};
    assert_unknown(read_tree(nothing).cgroup_limit, ENOENT);
    static tree no_mounts = {"proc/self/cgroup", "0::/a\n", NULL};
    assert_unknown(read_tree(no_mounts).cgroup_limit, ENOENT);
    static tree not_mounted = {
        "proc/self/cgroup", "0::/a\n", "proc/self/mountinfo", OTHER_MOUNTS, NULL};
    assert_unknown(read_tree(not_mounted).cgroup_limit, ENODATA);
    static tree no_directory = {
        "proc/self/cgroup",
        "0::/a\n",
        "proc/self/mountinfo",
        V2_MOUNT,
        "sys/fs/cgroup/cgroup.procs",
        "1\n",
        NULL};
    struct zmalloc_memory_limits limits = read_tree(no_directory);
    assert_unknown(limits.cgroup_limit, ENOENT);
    assert_unknown(limits.cgroup_soft_limit, ENOENT);
    assert_unknown(limits.cgroup_usage, ENOENT);
    static tree no_hierarchy = {
        "proc/self/cgroup", "5:cpu:/a\n", "proc/self/mountinfo", V2_MOUNT, NULL};
    assert_unknown(read_tree(no_hierarchy).cgroup_limit, ENODATA);
}

static void garbage_is_unknown_even_if_another_limit_is_known(void)
{
    static const struct {
        const char *text;
        int error;
    } cases[] = {
        {"", EBADMSG},
        {"\n", EBADMSG},
        {"12", EBADMSG},
        {"-1\n", EBADMSG},
        {"1 2\n", EBADMSG},
        {"mux\n", EBADMSG},
        {"99999999999999999999\n", ERANGE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        tree files = {
            "proc/self/cgroup",
            "0::/a/b\n",
            "proc/self/mountinfo",
            V2_MOUNT,
            "sys/fs/cgroup/a/memory.max",
            cases[i].text,
            "sys/fs/cgroup/a/b/memory.max",
            "5\n",
            "sys/fs/cgroup/a/b/cgroup.procs",
            "1\n",
            NULL};
        assert_unknown(read_tree(files).cgroup_limit, cases[i].error);
    }
}

static void a_name_too_long_is_said_to_be(void)
{
    char *name = g_strnfill(PATH_MAX, 'a'), *text = g_strconcat("0::/", name, "\n", NULL);
    tree files = {"proc/self/cgroup", text, "proc/self/mountinfo", V2_MOUNT, NULL};
    assert_unknown(read_tree(files).cgroup_limit, ENAMETOOLONG);
    g_free(text);
    g_free(name);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cgroup/v2-has-the-limits-of-the-cgroup", v2_has_the_limits_of_the_cgroup);
    g_test_add_func(
        "/cgroup/the-least-may-be-that-of-an-ancestor", the_least_may_be_that_of_an_ancestor);
    g_test_add_func(
        "/cgroup/without-limits-usage-is-that-of-the-own-cgroup",
        without_limits_usage_is_that_of_the_own_cgroup);
    g_test_add_func("/cgroup/the-root-cgroup-has-no-limit", the_root_cgroup_has_no_limit);
    g_test_add_func(
        "/cgroup/without-the-controller-those-above-decide",
        without_the_controller_those_above_decide);
    g_test_add_func("/cgroup/a-limit-of-zero-is-one", a_limit_of_zero_is_one);
    g_test_add_func(
        "/cgroup/v1-takes-swap-from-memory-and-swap", v1_takes_swap_from_memory_and_swap);
    g_test_add_func(
        "/cgroup/v1-shows-no-limit-as-a-huge-number", v1_shows_no_limit_as_a_huge_number);
    g_test_add_func(
        "/cgroup/v1-without-hierarchy-ends-at-the-own-cgroup",
        v1_without_hierarchy_ends_at_the_own_cgroup);
    g_test_add_func(
        "/cgroup/of-both-versions-the-one-with-the-controller-counts",
        of_both_versions_the_one_with_the_controller_counts);
    g_test_add_func(
        "/cgroup/mount-points-are-unescaped-and-names-are-not",
        mount_points_are_unescaped_and_names_are_not);
    g_test_add_func(
        "/cgroup/names-are-relative-to-the-root-of-the-mount",
        names_are_relative_to_the_root_of_the_mount);
    g_test_add_func(
        "/cgroup/mounts-of-another-part-are-passed-over", mounts_of_another_part_are_passed_over);
    g_test_add_func(
        "/cgroup/above-a-namespace-what-is-visible-counts",
        above_a_namespace_what_is_visible_counts);
    g_test_add_func(
        "/cgroup/long-lines-of-other-mounts-are-passed-over",
        long_lines_of_other_mounts_are_passed_over);
    g_test_add_func("/cgroup/what-is-not-there-is-unknown", what_is_not_there_is_unknown);
    g_test_add_func(
        "/cgroup/garbage-is-unknown-even-if-another-limit-is-known",
        garbage_is_unknown_even_if_another_limit_is_known);
    g_test_add_func("/cgroup/a-name-too-long-is-said-to-be", a_name_too_long_is_said_to_be);
    return g_test_run();
}
