/* SPDX-License-Identifier: BSD-3-Clause
 * The parsers of /proc text, on strings. Every text lies at the very end of a page that nothing
 * follows, so that a parser that reads past its input, or needs a NUL, crashes here. */
#include "process/procfs.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TEXT_MAX = 65536 };

/* What *bytes holds before a call: an error has to leave it. */
static const size_t untouched = 0x5a5a;

static char *text_end;

static void map_text(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *text;

    text = mmap(NULL, TEXT_MAX + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(text != MAP_FAILED);
    g_assert_cmpint(mprotect(text + TEXT_MAX, page, PROT_NONE), ==, 0);
    text_end = text + TEXT_MAX;
}

static const char *at_page_end(const char *text, size_t length)
{
    g_assert_cmpuint(length, <=, TEXT_MAX);
    return memcpy(text_end - length, text, length);
}

static void
check_statm_bytes(const char *text, size_t length, size_t page_size, int error, size_t expected)
{
    size_t bytes = untouched;

    g_assert_cmpint(
        zmi_procfs_statm_rss(at_page_end(text, length), length, page_size, &bytes), ==, error);
    g_assert_cmpuint(bytes, ==, error == 0 ? expected : untouched);
}

static void check_statm(const char *text, size_t page_size, int error, size_t expected)
{
    check_statm_bytes(text, strlen(text), page_size, error, expected);
}

static void statm_field_2(void)
{
    check_statm("765 427 399 5 0 123 0\n", 4096, 0, 427 * 4096);
    check_statm("765 427 399 5 0 123 0\n", 65536, 0, (size_t)427 * 65536);
    check_statm("765\t 0427 399", 1, 0, 427);
}

static void statm_zero(void)
{
    check_statm("0 0 0 0 0 0 0\n", 4096, 0, 0);
}

static void statm_cut(void)
{
    static const char text[] = "765 427 399 5 0 123 0\n";
    size_t enough = strlen("765 427 ");

    for (size_t length = 0; length < enough; length++)
        check_statm_bytes(text, length, 4096, EBADMSG, 0);
    for (size_t length = enough; length < sizeof text; length++)
        check_statm_bytes(text, length, 4096, 0, 427 * 4096);
}

static void statm_newline(void)
{
    check_statm("765 427\n", 4096, EBADMSG, 0);
    check_statm("765\n427 399\n", 4096, EBADMSG, 0);
}

static void statm_not_numbers(void)
{
    check_statm("\n", 4096, EBADMSG, 0);
    check_statm("total resident shared\n", 4096, EBADMSG, 0);
    check_statm("765 many 399\n", 4096, EBADMSG, 0);
    check_statm("765 -427 399\n", 4096, EBADMSG, 0);
    check_statm("765 +427 399\n", 4096, EBADMSG, 0);
    check_statm("765 0x1b 399\n", 4096, EBADMSG, 0);
    check_statm("765 427kB 399\n", 4096, EBADMSG, 0);
    check_statm("-765 427 399\n", 4096, EBADMSG, 0);
    check_statm("765, 427 399\n", 4096, EBADMSG, 0);
    check_statm(" 765 427 399\n", 4096, EBADMSG, 0);
    check_statm_bytes("765 427\0 399\n", 13, 4096, EBADMSG, 0);
}

static void statm_overflow(void)
{
    g_autofree char *largest = g_strdup_printf("1 %zu 3\n", SIZE_MAX);
    g_autofree char *ten_times = g_strdup_printf("1 %zu0 3\n", SIZE_MAX);
    g_autofree char *fits = g_strdup_printf("1 %zu 3\n", SIZE_MAX / 4096);
    g_autofree char *above = g_strdup_printf("1 %zu 3\n", SIZE_MAX / 4096 + 1);

    check_statm(largest, 1, 0, SIZE_MAX);
    check_statm(largest, 4096, ERANGE, 0);
    check_statm(ten_times, 1, ERANGE, 0);
    check_statm(fits, 4096, 0, SIZE_MAX / 4096 * 4096);
    check_statm(above, 4096, ERANGE, 0);
    largest[strlen(largest) - strlen("5 3\n")]++; /* SIZE_MAX ends in 5 */
    check_statm(largest, 1, ERANGE, 0);
}

static void statm_field_1_overflow(void)
{
    check_statm("99999999999999999999999 5 3\n", 4096, 0, 5 * 4096);
}

static int sum_in_chunks(const char *text, size_t length, size_t first, size_t rest, size_t *bytes)
{
    struct zmi_procfs_sum sum;
    size_t size = first;

    zmi_procfs_sum_init(&sum, "Private_Dirty:");
    while (length > 0) {
        size_t chunk = MIN(size, length);

        zmi_procfs_sum_feed(&sum, at_page_end(text, chunk), chunk);
        text += chunk;
        length -= chunk;
        size = rest;
    }
    return zmi_procfs_sum_finish(&sum, bytes);
}

static void check_sum_in_chunks(
    const char *text, size_t first, size_t rest, int error, size_t expected_kilobytes)
{
    size_t bytes = untouched;

    g_assert_cmpint(sum_in_chunks(text, strlen(text), first, rest, &bytes), ==, error);
    g_assert_cmpuint(bytes, ==, error == 0 ? expected_kilobytes * 1024 : untouched);
}

static void check_sum(const char *text, int error, size_t expected_kilobytes)
{
    check_sum_in_chunks(text, TEXT_MAX, TEXT_MAX, error, expected_kilobytes);
}

#define HEADER "7f0e5a000000-7f0e5a021000 rw-p 00000000 08:01 917 "
#define MAPPING HEADER "/usr/lib/example.so\nSize: 132 kB\nPrivate_Clean: 4 kB\n"

static void sum_one(void)
{
    check_sum(MAPPING "Private_Dirty:       116 kB\nSwap: 0 kB\n", 0, 116);
    check_sum("Private_Dirty: 116 kB\n", 0, 116);
    check_sum("Private_Dirty:\t116\tkB\n", 0, 116);
}

static void sum_all(void)
{
    check_sum(
        MAPPING "Private_Dirty: 4 kB\n" MAPPING "Private_Dirty: 0 kB\n" MAPPING
                "Private_Dirty: 1048576 kB\nVmFlags: rd wr\n",
        0, 1048580);
}

static void sum_zero(void)
{
    check_sum(MAPPING "Private_Dirty:         0 kB\n", 0, 0);
}

static void sum_line_start(void)
{
    check_sum(MAPPING " Private_Dirty: 5 kB\nPrivate_Dirty: 1 kB\n", 0, 1);
    check_sum(MAPPING "PPrivate_Dirty: 5 kB\nPrivate_Dirty: 1 kB\n", 0, 1);
    check_sum(HEADER "/tmp/Private_Dirty: 5 kB\nPrivate_Dirty: 1 kB\n", 0, 1);
    check_sum(HEADER "/tmp/\\012Private_Dirty: 5 kB\nPrivate_Dirty: 1 kB\n", 0, 1);
}

static void sum_other_fields(void)
{
    check_sum("Private_Dirty_Huge: 5 kB\nPrivate_Dirty: 1 kB\n", 0, 1);
    check_sum("Private: 5 kB\n\nPrivate_Dirty: 1 kB\n", 0, 1);
    check_sum("Private_Dirt\nPrivate_Dirty: 1 kB\n", 0, 1);
    check_sum("private_dirty: 5 kB\nPrivate_Dirty: 1 kB\n", 0, 1);
    check_sum("THPeligible: 1\nProtectionKey: many\nPrivate_Dirty: 1 kB\n", 0, 1);
}

/* Paths longer than PATH_MAX occur, since a mapping outlives the limit on what can be opened. */
static char *long_header(void)
{
    GString *text = g_string_new(HEADER);

    for (int i = 0; i < 300; i++)
        g_string_append(text, i % 3 == 1 ? "/Private_Dirty: 5 kB" : "/a directory");
    g_string_append(text, " (deleted)\nPrivate_Dirty: 3 kB\n");
    g_assert_cmpuint(text->len, >, 4096);
    return g_string_free(text, FALSE);
}

static void sum_long_header(void)
{
    g_autofree char *text = long_header();

    check_sum(text, 0, 3);
}

static void sum_cut(void)
{
    static const char text[] = MAPPING "Private_Dirty: 11 kB\nSwap: 0 kB\n";
    size_t first_line = strlen(HEADER "/usr/lib/example.so\n");

    for (size_t length = first_line; length < sizeof text - 1; length++) {
        size_t bytes = untouched;
        gboolean whole_lines = text[length - 1] == '\n';
        gboolean has_field = length > strlen(MAPPING);
        int expected = whole_lines ? (has_field ? 0 : ENODATA) : EBADMSG;

        g_assert_cmpint(sum_in_chunks(text, length, length, 1, &bytes), ==, expected);
        g_assert_cmpuint(bytes, ==, expected == 0 ? 11 * 1024 : untouched);
    }
}

static void sum_malformed(void)
{
    check_sum("Private_Dirty:\n", EBADMSG, 0);
    check_sum("Private_Dirty: \n", EBADMSG, 0);
    check_sum("Private_Dirty:5 kB\n", EBADMSG, 0);
    check_sum("Private_Dirty: kB\n", EBADMSG, 0);
    check_sum("Private_Dirty: -5 kB\n", EBADMSG, 0);
    check_sum("Private_Dirty: 0x5 kB\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5.5 kB\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 5 kB\n", EBADMSG, 0);
    check_sum("Private_Dirty: many kB\nPrivate_Dirty: 5 kB\n", EBADMSG, 0);
}

static void sum_unit(void)
{
    check_sum("Private_Dirty: 5\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 \n", EBADMSG, 0);
    check_sum("Private_Dirty: 5kB\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 MB\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 KB\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 kiB\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 k\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 kB 5\n", EBADMSG, 0);
    check_sum("Private_Dirty: 5 kBytes\n", EBADMSG, 0);
}

static void sum_overflow(void)
{
    g_autofree char *largest = g_strdup_printf("Private_Dirty: %zu kB\n", SIZE_MAX / 1024);
    g_autofree char *above = g_strdup_printf("Private_Dirty: %zu kB\n", SIZE_MAX / 1024 + 1);
    g_autofree char *ten_times = g_strdup_printf("Private_Dirty: %zu0 kB\n", SIZE_MAX);
    g_autofree char *one_more = g_strconcat(largest, "Private_Dirty: 1 kB\n", NULL);
    g_autofree char *then_less = g_strconcat(one_more, "Private_Dirty: 0 kB\n", NULL);

    check_sum(largest, 0, SIZE_MAX / 1024);
    check_sum(above, ERANGE, 0);
    check_sum(ten_times, ERANGE, 0);
    check_sum(one_more, ERANGE, 0);
    check_sum(then_less, ERANGE, 0);
}

static void sum_never_seen(void)
{
    check_sum("", ENODATA, 0);
    check_sum("\n\n", ENODATA, 0);
    check_sum(MAPPING, ENODATA, 0);
}

static void sum_nul(void)
{
    static const char in_header[] = HEADER "/a\0b\nPrivate_Dirty: 1 kB\n";
    static const char in_value[] = "Private_Dirty: 1\0 kB\n";
    size_t bytes = untouched;

    g_assert_cmpint(sum_in_chunks(in_header, sizeof in_header - 1, 1, 1, &bytes), ==, 0);
    g_assert_cmpuint(bytes, ==, 1024);
    g_assert_cmpint(sum_in_chunks(in_value, sizeof in_value - 1, 9, 9, &bytes), ==, EBADMSG);
}

static void sum_error_stays(void)
{
    static const char good[] = "\nPrivate_Dirty: 1 kB\n";
    struct zmi_procfs_sum sum;
    size_t bytes = untouched;

    zmi_procfs_sum_init(&sum, "Private_Dirty:");
    g_assert_cmpint(zmi_procfs_sum_feed(&sum, "Private_Dirty: x", 16), ==, EBADMSG);
    g_assert_cmpint(zmi_procfs_sum_feed(&sum, good, sizeof good - 1), ==, EBADMSG);
    g_assert_cmpint(zmi_procfs_sum_finish(&sum, &bytes), ==, EBADMSG);
    g_assert_cmpuint(bytes, ==, untouched);
}

static void sum_any_field(void)
{
    static const char text[] = "Rss: 1700 kB\nPss: 534 kB\nPss_Dirty: 116 kB\n";
    struct zmi_procfs_sum sum;
    size_t bytes;

    zmi_procfs_sum_init(&sum, "Pss:");
    g_assert_cmpint(zmi_procfs_sum_feed(&sum, text, sizeof text - 1), ==, 0);
    g_assert_cmpint(zmi_procfs_sum_finish(&sum, &bytes), ==, 0);
    g_assert_cmpuint(bytes, ==, 534 * 1024);
}

/* Texts of every kind, for the tests of what chunks they come in. */
static const struct {
    const char *text;
    int error;
    size_t kilobytes;
} samples[] = {
    {MAPPING "Private_Dirty:       116 kB\n" MAPPING "Private_Dirty: 20 kB\nSwap: 0 kB\n", 0, 136},
    {HEADER "/Private_Dirty: 5 kB\n Private_Dirty: 5 kB\nPrivate_Dirty: 1 kB\n", 0, 1},
    {"Private_Dirty_Huge: 5 kB\nPrivate_Dirty: 1 kB\nPrivate_Dirt", EBADMSG, 0},
    {"Private_Dirty: 1 kB\nPrivate_Dirty: 1 kB", EBADMSG, 0},
    {"Private_Dirty: 1 kB\nPrivate_Dirty: 1 MB\n", EBADMSG, 0},
    {"Private_Dirty: 1 kB\nPrivate_Dirty: 99999999999999999999 kB\n", ERANGE, 0},
    {MAPPING "Swap: 0 kB\n", ENODATA, 0},
};

static void sum_two_chunks(void)
{
    g_autofree char *text = long_header();

    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++)
        for (size_t first = 0; first <= strlen(samples[i].text); first++)
            check_sum_in_chunks(
                samples[i].text, first, TEXT_MAX, samples[i].error, samples[i].kilobytes);
    for (size_t first = 0; first <= strlen(text); first++)
        check_sum_in_chunks(text, first, TEXT_MAX, 0, 3);
}

static void sum_equal_chunks(void)
{
    g_autofree char *text = long_header();

    for (size_t size = 1; size < 64; size++) {
        for (size_t i = 0; i < G_N_ELEMENTS(samples); i++)
            check_sum_in_chunks(
                samples[i].text, size, size, samples[i].error, samples[i].kilobytes);
        check_sum_in_chunks(text, size, size, 0, 3);
    }
}

static void check_stat(const char *text, int field, int error, long long expected)
{
    long long value = -77;
    g_assert_cmpint(zmi_procfs_stat(text, strlen(text), field, &value), ==, error);
    g_assert_cmpint(value, ==, error == 0 ? expected : -77);
}

static void stat_fields(void)
{
    check_stat("7 (a) R 4 5 -6 7\n", 4, 0, 4);
    check_stat("7 (a) R 4 5 -6 7\n", 6, 0, -6);
    check_stat("7 (a) R 4 5 -6 7\n", 7, 0, 7);
    check_stat("7 (a) R 4 5 -6 7\n", 8, ENODATA, 0);
    check_stat("7 (a) R 4 5 -6 7\n", 100, ENODATA, 0);
}

static void stat_names(void)
{
    check_stat("7 (a) R 1 2) R 4 5\n", 4, 0, 4);
    check_stat("7 ((((b) R 9 9 (c)) S 4 5\n", 5, 0, 5);
    check_stat("7 () R 4 5\n", 4, 0, 4);
}

static void stat_limits(void)
{
    check_stat("7 (a) R 9223372036854775807 -9223372036854775808 1\n", 4, 0, INT64_MAX);
    check_stat("7 (a) R 9223372036854775807 -9223372036854775808 1\n", 5, 0, INT64_MIN);
    check_stat("7 (a) R 9223372036854775808 1\n", 4, ERANGE, 0);
    check_stat("7 (a) R -9223372036854775809 1\n", 4, ERANGE, 0);
    check_stat("7 (a) R 18446744073709551615 1\n", 4, ERANGE, 0);
}

static void stat_malformed(void)
{
    check_stat("", 4, EBADMSG, 0);
    check_stat("7 (a R 4 5\n", 4, EBADMSG, 0);
    check_stat("7 (a) R x 5\n", 4, EBADMSG, 0);
    check_stat("7 (a) R - 5\n", 4, EBADMSG, 0);
    check_stat("7 (a) R 4x 5\n", 4, EBADMSG, 0);
    check_stat("7 (a) R 4", 4, EBADMSG, 0); /* cut: more digits may follow */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    map_text();

    g_test_add_func("/procfs/statm/field-2-times-page-size-is-the-figure", statm_field_2);
    g_test_add_func("/procfs/statm/zero-pages-are-zero-bytes", statm_zero);
    g_test_add_func("/procfs/statm/number-cut-at-the-end-is-refused", statm_cut);
    g_test_add_func("/procfs/statm/newline-after-a-number-is-refused", statm_newline);
    g_test_add_func("/procfs/statm/what-is-no-number-is-refused", statm_not_numbers);
    g_test_add_func("/procfs/statm/figure-that-does-not-fit-is-a-range-error", statm_overflow);
    g_test_add_func("/procfs/statm/field-1-may-have-any-value", statm_field_1_overflow);
    g_test_add_func("/procfs/stat/fields-have-the-numbers-of-the-manual", stat_fields);
    g_test_add_func("/procfs/stat/names-may-hold-parentheses-and-spaces", stat_names);
    g_test_add_func("/procfs/stat/what-does-not-fit-is-a-range-error", stat_limits);
    g_test_add_func("/procfs/stat/what-is-no-number-is-refused", stat_malformed);
    g_test_add_func("/procfs/sum/one-line-is-its-kilobytes", sum_one);
    g_test_add_func("/procfs/sum/all-lines-are-summed", sum_all);
    g_test_add_func("/procfs/sum/zero-is-a-figure", sum_zero);
    g_test_add_func("/procfs/sum/name-counts-at-the-start-of-a-line-only", sum_line_start);
    g_test_add_func("/procfs/sum/other-fields-are-not-read", sum_other_fields);
    g_test_add_func("/procfs/sum/long-header-that-looks-like-the-field-is-none", sum_long_header);
    g_test_add_func("/procfs/sum/last-line-without-newline-is-refused", sum_cut);
    g_test_add_func("/procfs/sum/malformed-value-is-refused", sum_malformed);
    g_test_add_func("/procfs/sum/unit-other-than-kB-is-refused", sum_unit);
    g_test_add_func("/procfs/sum/figure-that-does-not-fit-is-a-range-error", sum_overflow);
    g_test_add_func("/procfs/sum/field-never-seen-is-no-data", sum_never_seen);
    g_test_add_func("/procfs/sum/nul-is-a-character-like-others", sum_nul);
    g_test_add_func("/procfs/sum/first-error-stays", sum_error_stays);
    g_test_add_func("/procfs/sum/field-is-the-callers-choice", sum_any_field);
    g_test_add_func("/procfs/sum/every-split-in-two-chunks-gives-the-same", sum_two_chunks);
    g_test_add_func("/procfs/sum/chunks-of-any-size-give-the-same", sum_equal_chunks);
    return g_test_run();
}
