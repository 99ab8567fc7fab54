/* SPDX-License-Identifier: BSD-3-Clause
 * The mappings of a process by kind. The format is that of proc(5); a line of a field begins with a
 * capital letter, the header of a mapping with an address, whose digits are small. */
#include "process/mappings.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { COLUMNS_BEFORE_NAME = 5, BYTES_PER_KILOBYTE = 1024 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins(const char *text, const char *end, const char *what)
{
    size_t length = strlen(what);
    return (size_t)(end - text) >= length && memcmp(text, what, length) == 0;
}

static const char *skip_column(const char *at, const char *end)
{
    while (at < end && *at != ' ')
        at++;
    while (at < end && *at == ' ')
        at++;
    return at;
}

static enum mapping_kind kind_of(const char *name, const char *end)
{
    if (name == end || begins(name, end, "[heap]") || begins(name, end, "[anon:"))
        return MAPPING_ANONYMOUS;
    return *name == '[' && !begins(name, end, "[anon_shmem:") ? MAPPING_SYSTEM : MAPPING_FILE;
}

static int read_header(struct zmi_mappings_text *text, const char *end)
{
    const char *at = text->line;
    for (unsigned i = 0; i < COLUMNS_BEFORE_NAME; i++) {
        if (at == end)
            return EBADMSG;
        at = skip_column(at, end);
    }
    text->kind = kind_of(at, end);
    return 0;
}

static int read_value(const char *at, const char *end, uint64_t *sum)
{
    uint64_t kilobytes = 0, bytes;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at == end || !is_digit(*at))
        return EBADMSG;
    for (; at < end && is_digit(*at); at++) {
        if (__builtin_mul_overflow(kilobytes, (uint64_t)10, &kilobytes) ||
            __builtin_add_overflow(kilobytes, (uint64_t)(*at - '0'), &kilobytes))
            return ERANGE;
    }
    if (end - at != 3 || memcmp(at, " kB", 3) != 0)
        return EBADMSG;
    return __builtin_mul_overflow(kilobytes, (uint64_t)BYTES_PER_KILOBYTE, &bytes) ||
                   __builtin_add_overflow(*sum, bytes, sum)
               ? ERANGE
               : 0;
}

static int read_line(struct zmi_mappings_text *text)
{
    bool cut = text->length > sizeof(text->line);
    const char *end = text->line + (cut ? sizeof(text->line) : text->length);
    if (text->length == 0)
        return EBADMSG;
    if (!(text->line[0] >= 'A' && text->line[0] <= 'Z'))
        return read_header(text, end);
    if (text->kind == MAPPING_KINDS)
        return EBADMSG; /* a field of no mapping: this is not smaps */
    struct mapping_sums *sums = &text->sums.of[text->kind];
    const struct {
        const char *name;
        uint64_t *sum;
    } fields[] = {{"Size:", &sums->size}, {"Rss:", &sums->rss}, {"Swap:", &sums->swap}};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (begins(text->line, end, fields[i].name))
            return cut ? EBADMSG
                       : read_value(text->line + strlen(fields[i].name), end, fields[i].sum);
    }
    return 0;
}

void zmi_mappings_init(struct zmi_mappings_text *text)
{
    *text = (struct zmi_mappings_text){.kind = MAPPING_KINDS};
}

int zmi_mappings_feed(struct zmi_mappings_text *text, const char *chunk, size_t length)
{
    for (size_t i = 0; i < length && text->error == 0; i++) {
        if (chunk[i] == '\n') {
            text->error = read_line(text);
            text->length = 0;
        } else {
            if (text->length < sizeof(text->line))
                text->line[text->length] = chunk[i];
            text->length++;
        }
    }
    return text->error;
}

int zmi_mappings_finish(const struct zmi_mappings_text *text, struct zmi_mappings *mappings)
{
    if (text->error != 0)
        return text->error;
    if (text->length != 0)
        return EBADMSG; /* cut */
    if (text->kind == MAPPING_KINDS)
        return ENODATA;
    *mappings = text->sums;
    return 0;
}
