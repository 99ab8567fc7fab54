/* SPDX-License-Identifier: BSD-3-Clause
 * Reading files of /proc and /sys below a root directory. */
#include "process/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

int zmi_file_open(const char *root, const char *name, int *fd)
{
    /* As long as open(2) would take, so that the limit is the system's own. */
    char path[PATH_MAX];
    size_t root_length = strlen(root);
    size_t name_size = strlen(name) + 1;

    if (name_size > sizeof path || root_length > sizeof path - name_size)
        return ENAMETOOLONG;
    memcpy(path, root, root_length);
    memcpy(path + root_length, name, name_size);

    do
        *fd = open(path, O_RDONLY | O_CLOEXEC);
    while (*fd < 0 && errno == EINTR);
    return *fd < 0 ? errno : 0;
}

int zmi_file_read(int fd, char *text, size_t size, size_t *length)
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

int zmi_file_text(const char *root, const char *name, char *text, size_t size, size_t *length)
{
    int fd, error = zmi_file_open(root, name, &fd);

    if (error != 0)
        return error;
    error = zmi_file_read(fd, text, size, length);
    close(fd);
    return error;
}

int zmi_file_feed(
    const char *root, const char *name, int (*feed)(void *to, const char *text, size_t length),
    void *to)
{
    char text[FILE_CHUNK];
    size_t length;
    int fd, error = zmi_file_open(root, name, &fd);

    if (error != 0)
        return error;
    do {
        error = zmi_file_read(fd, text, sizeof text, &length);
        if (error == 0)
            error = feed(to, text, length);
    } while (error == 0 && length == sizeof text);
    close(fd);
    return error;
}
