/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of Linux, from the files that proc(5) and the kernel's
 * Documentation/filesystems/proc.rst describe. */
#include "process/process.h"

#include "process/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* A page of text is what the kernel hands out per read of such a file, and little for a stack. */
enum { TEXT_SIZE = 4096 };

static int open_file(const char *root, const char *name, int *fd)
{
    /* As long as open(2) would take, so that the limit is the system's own. */
    char path[PATH_MAX];
    size_t root_length = strlen(root);
    size_t name_size = strlen(name) + 1;

    if (root_length > sizeof path - name_size)
        return ENAMETOOLONG;
    memcpy(path, root, root_length);
    memcpy(path + root_length, name, name_size);

    do
        *fd = open(path, O_RDONLY | O_CLOEXEC);
    while (*fd < 0 && errno == EINTR);
    return *fd < 0 ? errno : 0;
}

/* Fills the buffer as far as the file goes: a *length short of size means its end. */
static int read_text(int fd, char *text, size_t size, size_t *length)
{
    *length = 0;
    while (*length < size) {
        ssize_t got = read(fd, text + *length, size - *length);

        if (got == 0)
            break;
        if (got > 0)
            *length += (size_t)got;
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

static int sum_private_dirty(const char *root, const char *name, size_t *bytes)
{
    struct zmi_procfs_sum sum;
    char text[TEXT_SIZE];
    size_t length;
    int fd, error;

    error = open_file(root, name, &fd);
    if (error != 0)
        return error;

    zmi_procfs_sum_init(&sum, "Private_Dirty:");
    do {
        error = read_text(fd, text, sizeof text, &length);
        if (error == 0)
            error = zmi_procfs_sum_feed(&sum, text, length);
    } while (error == 0 && length == sizeof text);
    if (error == 0)
        error = zmi_procfs_sum_finish(&sum, bytes);

    close(fd);
    return error;
}

int zmi_process_rss(const char *root, size_t *bytes)
{
    /* Asked at run time: one arm64 or ppc64 binary runs on kernels of several page sizes. */
    long page_size = sysconf(_SC_PAGESIZE);
    char text[TEXT_SIZE];
    size_t length;
    int fd, error;

    if (page_size <= 0)
        return ENOTSUP;
    error = open_file(root, "/proc/self/statm", &fd);
    if (error != 0)
        return error;

    error = read_text(fd, text, sizeof text, &length);
    if (error == 0)
        error = zmi_procfs_statm_rss(text, length, (size_t)page_size, bytes);

    close(fd);
    return error;
}

int zmi_process_private_dirty(const char *root, size_t *bytes)
{
    /* The kernel sums the mappings itself, at far less cost, since 4.14; an older one has no such
     * file, and whatever else is wrong with it, smaps says the same. */
    if (sum_private_dirty(root, "/proc/self/smaps_rollup", bytes) == 0)
        return 0;
    return sum_private_dirty(root, "/proc/self/smaps", bytes);
}
