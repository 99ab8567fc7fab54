/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of Linux, from the files that proc(5) and the kernel's
 * Documentation/filesystems/proc.rst describe. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "figure.h"
#include "process/file.h"
#include "process/process.h"
#include "process/procfs.h"

/* ---- Files of a process ---------------------------------------------------------------------- */

/* "/proc/", a number and the longest name below. */
struct name {
    char text[6 + 3 * sizeof(long) + sizeof("/smaps_rollup")];
};

static struct name name_of(long pid, const char *file)
{
    struct name name;
    if (pid == -1)
        snprintf(name.text, sizeof(name.text), "/proc/self/%s", file);
    else
        snprintf(name.text, sizeof(name.text), "/proc/%ld/%s", pid, file);
    return name;
}

/* What is not there is no process, unless there is no /proc to look for it. */
static int error_of(const char *root, long pid, int error)
{
    int fd;
    if (pid == -1 || error != ENOENT)
        return error;
    if (zmi_file_open(root, "/proc/self/stat", &fd) != 0)
        return ENOENT;
    close(fd);
    return ESRCH;
}

/* ---- Sums over lines ------------------------------------------------------------------------- */

struct sums {
    struct zmi_procfs_sum *of;
    size_t count;
};

static int feed_sums(void *to, const char *text, size_t length)
{
    const struct sums *sums = to;
    for (size_t i = 0; i < sums->count; i++)
        zmi_procfs_sum_feed(&sums->of[i], text, length);
    return 0; /* what is wrong with one field says nothing of another */
}

/* Several fields in one reading, each with a result of its own. */
static int read_sums(
    const char *root, const char *file, const char *const *fields, struct zmi_procfs_sum *of,
    size_t count)
{
    struct sums sums = {of, count};
    for (size_t i = 0; i < count; i++)
        zmi_procfs_sum_init(&of[i], fields[i]);
    return zmi_file_feed(root, file, feed_sums, &sums);
}

static int read_sum(const char *root, long pid, const char *file, const char *field, size_t *bytes)
{
    struct zmi_procfs_sum sum;
    int error = read_sums(root, name_of(pid, file).text, &field, &sum, 1);
    return error != 0 ? error : zmi_procfs_sum_finish(&sum, bytes);
}

static struct zmalloc_figure figure_of(const struct zmi_procfs_sum *sum)
{
    uint64_t bytes;
    int error = zmi_procfs_sum_finish_wide(sum, &bytes);
    return error == 0 ? figure_known(bytes) : figure_unknown(error);
}

/* ---- Readers --------------------------------------------------------------------------------- */

int zmi_process_rss(const char *root, size_t *bytes)
{
    /* Asked at run time: one arm64 or ppc64 binary runs on kernels of several page sizes. */
    long page_size = sysconf(_SC_PAGESIZE);
    char text[FILE_CHUNK];
    size_t length;
    int error;

    if (page_size <= 0)
        return ENOTSUP;
    error = zmi_file_text(root, "/proc/self/statm", text, sizeof(text), &length);
    return error != 0 ? error : zmi_procfs_statm_rss(text, length, (size_t)page_size, bytes);
}

int zmi_process_smaps_field(const char *root, long pid, const char *field, size_t *bytes)
{
    /* The kernel sums the mappings itself, at far less cost, since 4.14; an older one has no such
     * file, and it has not all fields. Whatever is wrong with it, smaps says the same. */
    if (read_sum(root, pid, "smaps_rollup", field, bytes) == 0)
        return 0;
    return error_of(root, pid, read_sum(root, pid, "smaps", field, bytes));
}

int zmi_process_private_dirty(const char *root, size_t *bytes)
{
    return zmi_process_smaps_field(root, -1, "Private_Dirty:", bytes);
}

int zmi_process_stat(const char *root, long pid, int field, long long *value)
{
    char text[FILE_CHUNK];
    size_t length;
    int error = zmi_file_text(root, name_of(pid, "stat").text, text, sizeof(text), &length);
    if (error != 0)
        return error_of(root, pid, error);
    return zmi_procfs_stat(text, length, field, value);
}

int zmi_process_status(const char *root, long pid, struct zmalloc_process_memory *memory)
{
    static const char *const fields[] = {
        "VmRSS:", "VmHWM:", "RssAnon:", "RssFile:", "RssShmem:", "VmSwap:", "VmSize:"};
    struct zmalloc_figure *const figures[] = {
        &memory->rss,        &memory->peak_rss, &memory->rss_anonymous, &memory->rss_file,
        &memory->rss_shared, &memory->swap,     &memory->virtual_size};
    enum { COUNT = sizeof(fields) / sizeof(fields[0]) };
    struct zmi_procfs_sum sums[COUNT];
    int error = read_sums(root, name_of(pid, "status").text, fields, sums, COUNT);
    if (error != 0)
        return error_of(root, pid, error);
    for (size_t i = 0; i < COUNT; i++)
        *figures[i] = figure_of(&sums[i]);
    return 0;
}

void zmi_process_pages(const char *root, long pid, struct zmalloc_process_memory *memory)
{
    static const char *const fields[] = {"Pss:", "Private_Dirty:", "Private_Clean:"};
    struct zmalloc_figure *const figures[] = {
        &memory->pss, &memory->private_dirty, &memory->private_clean};
    enum { COUNT = sizeof(fields) / sizeof(fields[0]) };
    struct zmi_procfs_sum sums[COUNT];
    int error = read_sums(root, name_of(pid, "smaps_rollup").text, fields, sums, COUNT);
    if (error != 0 || zmi_procfs_sum_finish_wide(&sums[0], &(uint64_t){0}) != 0)
        error = read_sums(root, name_of(pid, "smaps").text, fields, sums, COUNT);
    error = error_of(root, pid, error);
    for (size_t i = 0; i < COUNT; i++)
        *figures[i] = error == 0 ? figure_of(&sums[i]) : figure_unknown(error);
}

static int feed_mappings(void *to, const char *text, size_t length)
{
    return zmi_mappings_feed(to, text, length);
}

int zmi_process_mappings(const char *root, struct zmi_mappings *mappings)
{
    struct zmi_mappings_text text;
    zmi_mappings_init(&text);
    int error = zmi_file_feed(root, "/proc/self/smaps", feed_mappings, &text);
    return error != 0 ? error : zmi_mappings_finish(&text, mappings);
}

void zmi_machine_memory(const char *root, struct zmalloc_memory_limits *limits)
{
    static const char *const fields[] = {"MemTotal:", "SwapTotal:", "SwapFree:"};
    struct zmalloc_figure *const figures[] = {
        &limits->physical, &limits->swap_size, &limits->swap_free};
    enum { COUNT = sizeof(fields) / sizeof(fields[0]) };
    struct zmi_procfs_sum sums[COUNT];
    int error = read_sums(root, "/proc/meminfo", fields, sums, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        *figures[i] = error == 0 ? figure_of(&sums[i]) : figure_unknown(error);
}
