/* SPDX-License-Identifier: BSD-3-Clause
 * Where the memory cgroup of a process is. The formats are those of cgroups(7) and proc(5). */
#include "process/cgroup_path.h"

#include <errno.h>
#include <string.h>

struct word {
    const char *start, *end;
};

static size_t length_of(struct word word)
{
    return (size_t)(word.end - word.start);
}

static bool is(struct word word, const char *what)
{
    return length_of(word) == strlen(what) && memcmp(word.start, what, length_of(word)) == 0;
}

/* The text up to the next separator, which is stepped over; all of it where there is none. */
static struct word next_word(const char **at, const char *end, char separator)
{
    struct word word = {*at, memchr(*at, separator, (size_t)(end - *at))};
    if (word.end == NULL)
        word.end = *at = end;
    else
        *at = word.end + 1;
    return word;
}

static bool has_word(struct word list, const char *what)
{
    while (list.start < list.end) {
        if (is(next_word(&list.start, list.end, ','), what))
            return true;
    }
    return false;
}

/* ---- The name of the cgroup ------------------------------------------------------------------ */

int zmi_cgroup_path_find(const char *text, size_t length, struct zmi_cgroup_path *path)
{
    const char *end = text + length;
    struct word name = {NULL, NULL};
    path->v1 = false;
    while (text < end && !path->v1) {
        struct word line = next_word(&text, end, '\n');
        struct word hierarchy = next_word(&line.start, line.end, ':');
        struct word controllers = next_word(&line.start, line.end, ':');
        if (line.start == line.end || *line.start != '/')
            continue;
        path->v1 = has_word(controllers, "memory");
        if (path->v1 || (is(hierarchy, "0") && length_of(controllers) == 0))
            name = line;
    }
    if (name.start == NULL)
        return ENODATA;
    if (length_of(name) >= sizeof(path->name))
        return ENAMETOOLONG;
    memcpy(path->name, name.start, length_of(name));
    path->name[length_of(name)] = '\0';
    return 0;
}

/* ---- Its directory --------------------------------------------------------------------------- */

/* In mountinfo, characters that would end a column are written in octal. False: no room. */
static bool unescape(struct word word, char *to, size_t room, size_t *length)
{
    *length = 0;
    for (const char *at = word.start; at < word.end; at++) {
        char c = *at;
        if (c == '\\' && word.end - at > 3) {
            c = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
            at += 3;
        }
        if (*length + 1 >= room)
            return false;
        to[(*length)++] = c;
    }
    to[*length] = '\0';
    return true;
}

/* What of the cgroup's name is below the root of the mount; NULL where the mount does not show it. */
static const char *name_below(const char *name, const char *root, size_t root_length)
{
    if (strncmp(name, "/..", 3) == 0 && (name[3] == '/' || name[3] == '\0'))
        return ""; /* above the root of the cgroup namespace: only what is visible can be read */
    if (strcmp(root, "/") == 0)
        return strcmp(name, "/") == 0 ? "" : name;
    if (strncmp(name, root, root_length) != 0)
        return NULL;
    name += root_length;
    return *name == '/' || *name == '\0' ? name : NULL;
}

static void take_mount(struct zmi_cgroup_mounts *mounts, struct word root_word, struct word point)
{
    char root[PATH_MAX], directory[PATH_MAX];
    size_t root_length, top_length;
    if (!unescape(root_word, root, sizeof(root), &root_length) ||
        !unescape(point, directory, sizeof(directory), &top_length))
        return;
    const char *below = name_below(mounts->path->name, root, root_length);
    /* Above the cgroup, the mount with the root nearest to that of the hierarchy shows most. */
    if (below == NULL || (mounts->found && root_length >= mounts->root_length) ||
        strlen(below) >= sizeof(directory) - top_length)
        return;
    memcpy(directory + top_length, below, strlen(below) + 1);
    memcpy(mounts->directory, directory, sizeof(directory));
    mounts->root_length = root_length;
    mounts->top_length = top_length;
    mounts->found = true;
}

/* ID, parent, device, root, mount point, options, any number of tags, "-", type, source, options. */
static void read_line(struct zmi_cgroup_mounts *mounts)
{
    const char *at = mounts->line, *end = at + mounts->length;
    for (int i = 0; i < 3; i++)
        next_word(&at, end, ' ');
    struct word root = next_word(&at, end, ' ');
    struct word point = next_word(&at, end, ' ');
    while (at < end && !is(next_word(&at, end, ' '), "-")) {
    }
    struct word type = next_word(&at, end, ' ');
    next_word(&at, end, ' ');
    struct word options = next_word(&at, end, ' ');
    if (mounts->path->v1 ? is(type, "cgroup") && has_word(options, "memory") : is(type, "cgroup2"))
        take_mount(mounts, root, point);
}

void zmi_cgroup_mounts_init(struct zmi_cgroup_mounts *mounts, const struct zmi_cgroup_path *path)
{
    mounts->path = path;
    mounts->found = false;
    mounts->length = 0;
}

int zmi_cgroup_mounts_feed(struct zmi_cgroup_mounts *mounts, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            if (mounts->length <= sizeof(mounts->line))
                read_line(mounts);
            mounts->length = 0;
        } else {
            if (mounts->length < sizeof(mounts->line))
                mounts->line[mounts->length] = text[i];
            mounts->length++;
        }
    }
    return 0;
}
