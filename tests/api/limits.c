/* SPDX-License-Identifier: BSD-3-Clause
 * How much memory this process may use, against limits that the test itself sets: resource limits,
 * and those of a cgroup that it makes where it may. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zmalloc.h>

enum { MIB = 1 << 20 };

static struct zmalloc_memory_limits limits_now(void)
{
    struct zmalloc_memory_limits limits = {.size = sizeof(limits)};
    g_assert_cmpint(zmalloc_get_memory_limits(&limits), ==, 0);
    return limits;
}

static gboolean is_known(struct zmalloc_figure figure)
{
    return figure.state == ZMALLOC_KNOWN;
}

/* Of a child, which ends as it returns: what it sets holds for it alone. */
static void in_a_child(gboolean (*holds)(void))
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(holds() ? 0 : 1);
    g_assert_cmpint(child, >, 0);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

/* ---- The machine ----------------------------------------------------------------------------- */

static void physical_memory_is_that_of_sysconf(void)
{
    struct zmalloc_memory_limits limits = limits_now();
    uint64_t expected = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    g_assert_cmpuint(limits.physical.state, ==, ZMALLOC_KNOWN);
    if (g_getenv("ZMALLOC_TEST_EMULATED") == NULL) /* qemu tells those of 32 bits 4 GiB at most */
        g_assert_cmpuint(limits.physical.value, ==, expected);
    g_assert_cmpuint(limits.swap_size.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(limits.swap_free.value, <=, limits.swap_size.value);
}

static void the_memory_size_is_the_least(void)
{
    struct zmalloc_memory_limits limits = limits_now();
    uint64_t least = UINT64_MAX;
    const struct zmalloc_figure all[] = {
        limits.physical, limits.cgroup_limit, limits.address_space_limit, limits.data_limit};
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        least = is_known(all[i]) ? MIN(least, all[i].value) : least;
    g_assert_cmpuint(limits.memory_size.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(limits.memory_size.value, ==, least);
    g_assert_cmpuint(zmalloc_get_memory_size(), ==, MIN(least, SIZE_MAX));
}

/* ---- Resource limits ------------------------------------------------------------------------- */

/* Soft: the library has no more use of the hard one than the kernel has. */
static gboolean is_set(int resource, rlim_t bytes)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return FALSE;
    limit.rlim_cur = bytes;
    return setrlimit(resource, &limit) == 0;
}

static gboolean address_space_is_a_limit(void)
{
    return is_set(RLIMIT_AS, 20 * MIB) && limits_now().address_space_limit.value == 20 * MIB &&
           zmalloc_get_memory_size() == 20 * MIB;
}

static gboolean data_is_a_limit(void)
{
    return is_set(RLIMIT_DATA, 30 * MIB) && limits_now().data_limit.value == 30 * MIB &&
           zmalloc_get_memory_size() == 30 * MIB;
}

static gboolean zero_is_a_limit(void)
{
    return is_set(RLIMIT_DATA, 0) && limits_now().data_limit.state == ZMALLOC_KNOWN &&
           limits_now().data_limit.value == 0 && zmalloc_get_memory_size() == 0;
}

static void resource_limits_count(void)
{
    if (g_getenv("ZMALLOC_TEST_EMULATED") != NULL) {
        g_test_skip("the emulator sets no limits of memory");
        return;
    }
    in_a_child(address_space_is_a_limit);
    in_a_child(data_is_a_limit);
    in_a_child(zero_is_a_limit);
}

static void no_limit_is_told_from_a_limit(void)
{
    struct rlimit limit;
    g_assert_cmpint(getrlimit(RLIMIT_AS, &limit), ==, 0);
    struct zmalloc_figure figure = limits_now().address_space_limit;
    if (limit.rlim_cur == RLIM_INFINITY) {
        g_assert_cmpuint(figure.state, ==, ZMALLOC_UNLIMITED);
        g_assert_cmpuint(figure.value, ==, 0);
    } else {
        g_assert_cmpuint(figure.state, ==, ZMALLOC_KNOWN);
        g_assert_cmpuint(figure.value, ==, limit.rlim_cur);
    }
}

/* ---- A cgroup -------------------------------------------------------------------------------- */

enum { CGROUP_LIMIT = 256 * MIB };

static gboolean is_written(const char *directory, const char *name, const char *text)
{
    char *path = g_build_filename(directory, name, NULL);
    int file = open(path, O_WRONLY);
    gboolean done = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    if (file >= 0)
        close(file);
    g_free(path);
    return done;
}

/* Of the process, in the hierarchy that has the memory controller; by version, NULL if there is none.
 * Where it is mounted is taken as systemd has it. */
static char *own_cgroup(int version)
{
    char *text, *directory = NULL;
    if (!g_file_get_contents("/proc/self/cgroup", &text, NULL, NULL))
        return NULL;
    char **lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char **parts = g_strsplit(*line, ":", 3);
        if (g_strv_length(parts) == 3 && version == 1 && strcmp(parts[1], "memory") == 0)
            directory = g_build_filename("/sys/fs/cgroup/memory", parts[2], NULL);
        else if (g_strv_length(parts) == 3 && version == 2 && strcmp(parts[0], "0") == 0)
            directory = g_build_filename("/sys/fs/cgroup", parts[2], NULL);
        g_strfreev(parts);
    }
    g_strfreev(lines);
    g_free(text);
    return directory;
}

/* Version 2 has controllers in the children of a cgroup that has no processes of its own: there it is
 * a sibling that can be made. */
static char *make_cgroup(int version)
{
    char *own = own_cgroup(version), *made = NULL;
    if (own == NULL)
        return NULL;
    char *above = version == 2 ? g_path_get_dirname(own) : g_strdup(own);
    char *name = g_strdup_printf("zmalloc-test-%ld", (long)getpid());
    made = g_build_filename(above, name, NULL);
    char *limit = g_strdup_printf("%d", CGROUP_LIMIT);
    if (mkdir(made, 0755) != 0)
        g_clear_pointer(&made, g_free);
    else if (!is_written(made, version == 2 ? "memory.max" : "memory.limit_in_bytes", limit)) {
        rmdir(made);
        g_clear_pointer(&made, g_free);
    }
    g_free(limit);
    g_free(name);
    g_free(above);
    g_free(own);
    return made;
}

/* Its child has no limit of its own: the one above counts. */
static const char *cgroup_to_enter;

static gboolean the_limit_is_that_of_the_cgroup(void)
{
    if (!is_written(cgroup_to_enter, "cgroup.procs", "0"))
        return FALSE;
    struct zmalloc_memory_limits limits = limits_now();
    return limits.cgroup_limit.state == ZMALLOC_KNOWN &&
           limits.cgroup_limit.value == CGROUP_LIMIT && zmalloc_get_memory_size() == CGROUP_LIMIT &&
           limits.cgroup_usage.state == ZMALLOC_KNOWN && limits.cgroup_usage.value <= CGROUP_LIMIT;
}

static void a_cgroup_is_a_limit(void)
{
    int version = 2;
    char *outer = make_cgroup(version);
    if (outer == NULL)
        outer = make_cgroup(version = 1);
    if (outer == NULL || limits_now().memory_size.value <= CGROUP_LIMIT) {
        g_test_skip("no cgroup may be made here: unit/cgroup.c has trees of files");
        g_free(outer);
        return;
    }
    char *inner = g_build_filename(outer, "inner", NULL);
    g_assert_cmpint(mkdir(inner, 0755), ==, 0);
    g_test_message("in a real cgroup of version %d", version);
    cgroup_to_enter = outer;
    in_a_child(the_limit_is_that_of_the_cgroup);
    cgroup_to_enter = inner;
    in_a_child(the_limit_is_that_of_the_cgroup);
    g_assert_cmpint(rmdir(inner), ==, 0);
    g_assert_cmpint(rmdir(outer), ==, 0);
    g_free(inner);
    g_free(outer);
}

/* ---- The contract ---------------------------------------------------------------------------- */

static void a_bad_structure_is_refused(void)
{
    struct zmalloc_memory_limits limits = {
        .size = offsetof(struct zmalloc_memory_limits, memory_size) - 1};
    struct zmalloc_memory_limits before = limits;
    errno = 0;
    g_assert_cmpint(zmalloc_get_memory_limits(&limits), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    g_assert_cmpmem(&limits, sizeof(limits), &before, sizeof(before));
    limits = (struct zmalloc_memory_limits){.size = sizeof(limits), .flags = 1};
    errno = 0;
    g_assert_cmpint(zmalloc_get_memory_limits(&limits), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    errno = 0;
    g_assert_cmpint(zmalloc_get_memory_limits(NULL), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
}

static void reading_keeps_errno_and_allocates_nothing(void)
{
    size_t used = zmalloc_used_memory();
    errno = EXDEV;
    g_assert_cmpuint(zmalloc_get_memory_size(), >, 0);
    limits_now();
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/limits/physical-memory-is-that-of-sysconf", physical_memory_is_that_of_sysconf);
    g_test_add_func("/limits/the-memory-size-is-the-least", the_memory_size_is_the_least);
    g_test_add_func("/limits/resource-limits-count", resource_limits_count);
    g_test_add_func("/limits/no-limit-is-told-from-a-limit", no_limit_is_told_from_a_limit);
    g_test_add_func("/limits/a-cgroup-is-a-limit", a_cgroup_is_a_limit);
    g_test_add_func("/limits/a-bad-structure-is-refused", a_bad_structure_is_refused);
    g_test_add_func(
        "/limits/reading-keeps-errno-and-allocates-nothing",
        reading_keeps_errno_and_allocates_nothing);
    return g_test_run();
}
