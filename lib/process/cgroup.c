/* SPDX-License-Identifier: BSD-3-Clause
 * The memory cgroups that a process is in, from its own up to the highest one visible: the kernel's
 * Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "figure.h"
#include "process/cgroup_path.h"
#include "process/file.h"
#include "process/process.h"

/* Names of /proc/self/cgroup, about a dozen of them. */
enum { CGROUP_TEXT = 8192, NUMBER_TEXT = 64 };

/* What version 1 shows where nothing is set: the largest number of pages that a long counts, or of
 * bytes, by page sizes of up to 64 KiB. */
#define V1_UNLIMITED ((uint64_t)INT64_MAX - 65535)

struct files {
    const char *limit, *soft_limit, *usage, *swap_limit, *swap_usage;
};

static const struct files v1_files = {
    "/memory.limit_in_bytes",       "/memory.soft_limit_in_bytes",  "/memory.usage_in_bytes",
    "/memory.memsw.limit_in_bytes", "/memory.memsw.usage_in_bytes",
};
static const struct files v2_files = {
    "/memory.max", "/memory.high", "/memory.current", "/memory.swap.max", "/memory.swap.current",
};

/* ---- One file -------------------------------------------------------------------------------- */

static struct zmalloc_figure number_of(const char *text, size_t length, bool v1)
{
    uint64_t value = 0;
    size_t at = 0;
    if (length == 4 && memcmp(text, "max\n", 4) == 0)
        return figure_unlimited();
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text[at] - '0'), &value))
            return figure_unknown(ERANGE);
    }
    if (at == 0 || at + 1 != length || text[at] != '\n')
        return figure_unknown(EBADMSG);
    bool largest =
        value >= V1_UNLIMITED || (sizeof(long) == 4 && value >= (uint64_t)LONG_MAX * 4096);
    return v1 && largest ? figure_unlimited() : figure_known(value);
}

/* directory has room for the longest name behind its length characters. */
static struct zmalloc_figure
read_number(const char *root, char *directory, size_t length, const char *file, bool v1)
{
    char text[NUMBER_TEXT];
    size_t got;
    if (strlen(file) >= PATH_MAX - length)
        return figure_unknown(ENAMETOOLONG);
    memcpy(directory + length, file, strlen(file) + 1);
    int error = zmi_file_text(root, directory, text, sizeof(text), &got);
    directory[length] = '\0';
    return error != 0 ? figure_unknown(error) : number_of(text, got, v1);
}

/* ---- One cgroup ------------------------------------------------------------------------------ */

static bool is_known(struct zmalloc_figure figure)
{
    return figure.state == ZMALLOC_KNOWN;
}

/* Version 1 counts memory and swap together. */
static struct zmalloc_figure
swap_alone(struct zmalloc_figure together, struct zmalloc_figure memory)
{
    if (!is_known(together))
        return together;
    if (!is_known(memory))
        return figure_unknown(memory.state == ZMALLOC_UNLIMITED ? ENODATA : memory.error);
    return figure_known(together.value > memory.value ? together.value - memory.value : 0);
}

static struct zmalloc_memory_limits
read_cgroup(const char *root, char *directory, size_t length, bool v1)
{
    const struct files *files = v1 ? &v1_files : &v2_files;
    struct zmalloc_memory_limits own = {
        .cgroup_limit = read_number(root, directory, length, files->limit, v1),
        .cgroup_soft_limit = read_number(root, directory, length, files->soft_limit, v1),
        .cgroup_usage = read_number(root, directory, length, files->usage, v1),
        .cgroup_swap_limit = read_number(root, directory, length, files->swap_limit, v1),
        .cgroup_swap_usage = read_number(root, directory, length, files->swap_usage, v1),
    };
    if (v1) {
        own.cgroup_swap_limit = swap_alone(own.cgroup_swap_limit, own.cgroup_limit);
        own.cgroup_swap_usage = swap_alone(own.cgroup_swap_usage, own.cgroup_usage);
    }
    return own;
}

/* Version 2: the root cgroup, and those that the controller is not enabled in, have no such files. */
static bool is_cgroup(const char *root, char *directory, size_t length)
{
    struct zmalloc_figure any = read_number(root, directory, length, "/cgroup.procs", false);
    return any.error != ENOENT && any.error != ENOTDIR;
}

/* Version 1 of old kernels: limits above hold for those below only where this is 1. */
static bool is_hierarchical(const char *root, char *directory, size_t length)
{
    struct zmalloc_figure use = read_number(root, directory, length, "/memory.use_hierarchy", true);
    return !is_known(use) || use.value != 0;
}

/* ---- All of them ----------------------------------------------------------------------------- */

/* What is not there sets no limit. What cannot be read could: then the least is not known. */
static void take_least(struct zmalloc_figure *least, struct zmalloc_figure figure)
{
    if (least->state == ZMALLOC_UNKNOWN ||
        (figure.state == ZMALLOC_UNKNOWN && figure.error == ENOENT))
        return;
    if (figure.state == ZMALLOC_UNKNOWN ||
        (is_known(figure) && (!is_known(*least) || figure.value < least->value)))
        *least = figure;
}

static size_t parent_of(const char *directory, size_t length)
{
    while (length > 0 && directory[length - 1] != '/')
        length--;
    return length > 0 ? length - 1 : 0;
}

static void walk(
    const char *root, struct zmi_cgroup_mounts *mounts, bool v1,
    struct zmalloc_memory_limits *limits)
{
    char *directory = mounts->directory;
    size_t length = strlen(directory);
    bool has_usage = false;

    if (!is_cgroup(root, directory, length)) {
        limits->cgroup_limit = limits->cgroup_soft_limit = limits->cgroup_swap_limit =
            limits->cgroup_usage = limits->cgroup_swap_usage = figure_unknown(ENOENT);
        return;
    }
    limits->cgroup_limit = limits->cgroup_soft_limit = limits->cgroup_swap_limit =
        figure_unlimited();
    limits->cgroup_usage = limits->cgroup_swap_usage = figure_unknown(ENODATA);
    for (;;) {
        struct zmalloc_memory_limits own = read_cgroup(root, directory, length, v1);
        struct zmalloc_figure before = limits->cgroup_limit;
        take_least(&limits->cgroup_limit, own.cgroup_limit);
        take_least(&limits->cgroup_soft_limit, own.cgroup_soft_limit);
        take_least(&limits->cgroup_swap_limit, own.cgroup_swap_limit);
        bool lowers = is_known(limits->cgroup_limit) &&
                      (!is_known(before) || limits->cgroup_limit.value < before.value);
        if (own.cgroup_usage.error != ENOENT && (!has_usage || lowers)) {
            limits->cgroup_usage = own.cgroup_usage;
            limits->cgroup_swap_usage = own.cgroup_swap_usage;
            has_usage = true;
        }
        if (length <= mounts->top_length)
            return;
        length = parent_of(directory, length);
        directory[length] = '\0';
        if (v1 && !is_hierarchical(root, directory, length))
            return;
    }
}

static int feed_mounts(void *to, const char *text, size_t length)
{
    return zmi_cgroup_mounts_feed(to, text, length);
}

void zmi_cgroup_memory(const char *root, struct zmalloc_memory_limits *limits)
{
    struct zmi_cgroup_path path;
    struct zmi_cgroup_mounts mounts;
    char text[CGROUP_TEXT];
    size_t length;

    int error = zmi_file_text(root, "/proc/self/cgroup", text, sizeof(text), &length);
    if (error == 0)
        error = zmi_cgroup_path_find(text, length, &path);
    if (error == 0) {
        zmi_cgroup_mounts_init(&mounts, &path);
        error = zmi_file_feed(root, "/proc/self/mountinfo", feed_mounts, &mounts);
    }
    if (error == 0 && !mounts.found)
        error = ENODATA;
    if (error != 0)
        limits->cgroup_limit = limits->cgroup_soft_limit = limits->cgroup_swap_limit =
            limits->cgroup_usage = limits->cgroup_swap_usage = figure_unknown(error);
    else
        walk(root, &mounts, path.v1, limits);
}
