/* SPDX-License-Identifier: BSD-3-Clause
 * The parsers of statm and smaps. The formats are those of proc(5) and of the kernel's
 * Documentation/filesystems/proc.rst; what deviates is refused, for a wrong figure is worse than
 * none. */
#include "process/procfs.h"

#include <errno.h>
#include <string.h>

enum { BYTES_PER_KILOBYTE = 1024 };

/* Where the next character stands in a line "FIELD:   VALUE kB\n". */
enum line_part {
    PART_NAME,  /* all characters so far are those of the field name */
    PART_OTHER, /* another field, or the header of a mapping: nothing matters but its end */
    PART_COLON, /* the name is complete, and a blank has to follow */
    PART_PADDING,
    PART_VALUE,
    PART_GAP,
    PART_UNIT,
};

static const char unit[] = "kB\n";

/* Not isdigit() and isblank(): the kernel's text does not depend on the locale of the program. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool append_digit(uint64_t *number, char digit)
{
    return !__builtin_mul_overflow(*number, (uint64_t)10, number) &&
           !__builtin_add_overflow(*number, (uint64_t)(digit - '0'), number);
}

int zmi_procfs_statm_rss(const char *text, size_t length, size_t page_size, size_t *bytes)
{
    size_t at = 0, start, resident;
    uint64_t pages = 0;

    /* The first field, the size of the address space, is only stepped over: a value of it that does
     * not fit says nothing about the second. */
    while (at < length && is_digit(text[at]))
        at++;
    if (at == 0)
        return EBADMSG;

    start = at;
    while (at < length && is_blank(text[at]))
        at++;
    if (at == start)
        return EBADMSG;

    for (start = at; at < length && is_digit(text[at]); at++)
        if (!append_digit(&pages, text[at]))
            return ERANGE;

    /* Only what follows tells a whole number from the first digits of one, and five more fields do
     * follow; not even a newline can stand here. */
    if (at == start || at == length || !is_blank(text[at]))
        return EBADMSG;

    if (__builtin_mul_overflow(pages, page_size, &resident))
        return ERANGE;
    *bytes = resident;
    return 0;
}

/* Steps over blanks and what follows them, up to the next; at the end of the text, stays there. */
static size_t next_word(const char *text, size_t length, size_t at)
{
    while (at < length && !is_blank(text[at]))
        at++;
    while (at < length && is_blank(text[at]))
        at++;
    return at;
}

int zmi_procfs_stat(const char *text, size_t length, int field, long long *value)
{
    enum { NAME = 2 };
    size_t at = length;
    long long number = 0;

    while (at > 0 && text[at - 1] != ')')
        at--;
    if (at == 0)
        return EBADMSG;
    for (int i = NAME; i < field && at < length; i++)
        at = next_word(text, length, at);
    if (at == length || text[at] == '\n')
        return ENODATA;

    bool negative = text[at] == '-';
    size_t start = at += negative;
    /* Below zero, where one number more fits. */
    for (; at < length && is_digit(text[at]); at++)
        if (__builtin_mul_overflow(number, 10LL, &number) ||
            __builtin_sub_overflow(number, (long long)(text[at] - '0'), &number))
            return ERANGE;
    if (at == start || at == length || !(is_blank(text[at]) || text[at] == '\n'))
        return EBADMSG;
    if (!negative && __builtin_sub_overflow(0LL, number, &number))
        return ERANGE;
    *value = number;
    return 0;
}

static void begin_line(struct zmi_procfs_sum *sum)
{
    sum->part = PART_NAME;
    sum->matched = 0;
}

static int end_value(struct zmi_procfs_sum *sum)
{
    uint64_t bytes;

    if (__builtin_mul_overflow(sum->kilobytes, (uint64_t)BYTES_PER_KILOBYTE, &bytes) ||
        __builtin_add_overflow(sum->bytes, bytes, &sum->bytes))
        return ERANGE;
    sum->seen = true;
    begin_line(sum);
    return 0;
}

static int step_name(struct zmi_procfs_sum *sum, char c)
{
    if (c != sum->field[sum->matched]) {
        if (c == '\n')
            begin_line(sum);
        else
            sum->part = PART_OTHER;
        return 0;
    }
    sum->matched++;
    if (sum->field[sum->matched] == '\0') {
        sum->part = PART_COLON;
        sum->kilobytes = 0;
    }
    return 0;
}

/* The value is right-aligned in a column whose width differs between kernels. */
static int step_value(struct zmi_procfs_sum *sum, char c)
{
    if (is_digit(c) && sum->part != PART_COLON) {
        sum->part = PART_VALUE;
        return append_digit(&sum->kilobytes, c) ? 0 : ERANGE;
    }
    if (!is_blank(c))
        return EBADMSG;
    sum->part = sum->part == PART_VALUE ? PART_GAP : PART_PADDING;
    return 0;
}

static int step_unit(struct zmi_procfs_sum *sum, char c)
{
    if (sum->part == PART_GAP) {
        if (is_blank(c))
            return 0;
        sum->part = PART_UNIT;
        sum->matched = 0;
    }
    if (c != unit[sum->matched])
        return EBADMSG;
    sum->matched++;
    return unit[sum->matched] == '\0' ? end_value(sum) : 0;
}

static int step(struct zmi_procfs_sum *sum, char c)
{
    switch (sum->part) {
    case PART_NAME:
        return step_name(sum, c);
    case PART_COLON:
    case PART_PADDING:
    case PART_VALUE:
        return step_value(sum, c);
    default:
        return step_unit(sum, c);
    }
}

void zmi_procfs_sum_init(struct zmi_procfs_sum *sum, const char *field)
{
    *sum = (struct zmi_procfs_sum){.field = field, .part = PART_NAME};
}

int zmi_procfs_sum_feed(struct zmi_procfs_sum *sum, const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && sum->error == 0) {
        if (sum->part != PART_OTHER) {
            sum->error = step(sum, text[at]);
            at++;
            continue;
        }

        /* A path in a header can hold anything, even text that looks like the field, but no
         * newline: the kernel writes that as \012. */
        const char *newline = memchr(text + at, '\n', length - at);
        if (newline == NULL)
            break;
        at = (size_t)(newline - text) + 1;
        begin_line(sum);
    }
    return sum->error;
}

int zmi_procfs_sum_finish_wide(const struct zmi_procfs_sum *sum, uint64_t *bytes)
{
    if (sum->error != 0)
        return sum->error;
    if (sum->part != PART_NAME || sum->matched != 0)
        return EBADMSG;
    if (!sum->seen)
        return ENODATA;
    *bytes = sum->bytes;
    return 0;
}

int zmi_procfs_sum_finish(const struct zmi_procfs_sum *sum, size_t *bytes)
{
    uint64_t wide;
    int error = zmi_procfs_sum_finish_wide(sum, &wide);
    if (error == 0 && wide > SIZE_MAX)
        error = ERANGE;
    if (error == 0)
        *bytes = (size_t)wide;
    return error;
}
