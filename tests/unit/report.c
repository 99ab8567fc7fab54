/* SPDX-License-Identifier: BSD-3-Clause
 * Figures of every kind as text, to the byte. */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include <zmalloc.h>

#include "backend/backend.h"
#include "figure.h"
#include "report.h"

static const struct report_row bytes = {"some_bytes", "of something", 0, UNIT_BYTES};
static const struct report_row total = {"gone_total", "so far", 0, UNIT_TOTAL_BYTES};
static const struct report_row count = {"things", "things", 0, UNIT_COUNT};
static const struct report_row duration = {"wait", "that it took", 0, UNIT_NANOSECONDS};

/* What one row becomes, by itself. */
static char *row_text(int format, const struct report_row *row, struct zmalloc_figure figure)
{
    struct zmi_report report = {.format = format, .prefix = ""};
    char buffer[1024];
    zmi_text_to_buffer(&report.text, buffer, sizeof(buffer));
    zmi_report_row(&report, row, figure);
    g_assert_cmpint(zmi_text_end(&report.text), ==, 0);
    return g_strdup(buffer);
}

static void assert_row(
    int format, const struct report_row *row, struct zmalloc_figure figure, const char *expected)
{
    char *text = row_text(format, row, figure);
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void
assert_line(const struct report_row *row, struct zmalloc_figure figure, const char *expected)
{
    char *line = g_strdup_printf("%-33s%14s  %s\n", row->name, expected, row->help);
    assert_row(ZMALLOC_TEXT, row, figure, line);
    g_free(line);
}

static void sizes_are_in_the_largest_unit_that_fits(void)
{
    assert_line(&bytes, figure_known(0), "0 B");
    assert_line(&bytes, figure_known(1023), "1023 B");
    assert_line(&bytes, figure_known(1024), "1.0 KiB");
    assert_line(&bytes, figure_known(1535), "1.4 KiB");
    assert_line(&bytes, figure_known(1536), "1.5 KiB");
    assert_line(&bytes, figure_known(1048575), "1023.9 KiB");
    assert_line(&bytes, figure_known(1048576), "1.0 MiB");
    assert_line(&total, figure_known((uint64_t)5 << 40), "5.0 TiB");
    assert_line(&bytes, figure_known(UINT64_MAX), "15.9 EiB");
}

static void people_are_told_what_is_not_known(void)
{
    assert_line(&bytes, figure_at_most(2048), "<= 2.0 KiB");
    assert_line(&bytes, figure_unlimited(), "no limit");
    assert_line(&bytes, figure_unknown(0), "unknown");
    assert_line(&bytes, figure_unknown(ENOTSUP), "unknown");
    assert_line(&bytes, figure_unknown(EACCES), "unknown (13)");
}

static void people_see_durations_in_seconds(void)
{
    assert_line(&duration, figure_known(12345678901), "12.345 s");
    assert_line(&count, figure_known(1234567), "1234567");
}

static void json_has_numbers_and_null(void)
{
    assert_row(
        ZMALLOC_JSON, &bytes, figure_known(UINT64_MAX),
        ",\n  \"some_bytes\": 18446744073709551615");
    assert_row(ZMALLOC_JSON, &bytes, figure_at_most(5), ",\n  \"some_bytes\": 5");
    assert_row(ZMALLOC_JSON, &bytes, figure_unlimited(), ",\n  \"some_bytes\": null");
    assert_row(ZMALLOC_JSON, &bytes, figure_unknown(EACCES), ",\n  \"some_bytes\": null");
}

static void openmetrics_has_units_and_bounds(void)
{
#define HEAD(name, type, unit, help)                                                               \
    "# TYPE " name " " type "\n# UNIT " name " " unit "\n# HELP " name " " help "\n" name
    assert_row(
        ZMALLOC_OPENMETRICS, &bytes, figure_known(5),
        HEAD("zmalloc_some_bytes_bytes", "gauge", "bytes", "of something") " 5\n");
    assert_row(
        ZMALLOC_OPENMETRICS, &bytes, figure_at_most(5),
        HEAD("zmalloc_some_bytes_bytes", "gauge", "bytes", "of something") "{bound=\"upper\"} 5\n");
    assert_row(
        ZMALLOC_OPENMETRICS, &bytes, figure_unlimited(),
        HEAD("zmalloc_some_bytes_bytes", "gauge", "bytes", "of something") " +Inf\n");
    assert_row(
        ZMALLOC_OPENMETRICS, &total, figure_known(7),
        HEAD("zmalloc_gone_bytes", "counter", "bytes", "so far") "_total 7\n");
    assert_row(
        ZMALLOC_OPENMETRICS, &duration, figure_known(1000000001),
        HEAD("zmalloc_wait_seconds", "gauge", "seconds", "that it took") " 1.000000001\n");
    assert_row(
        ZMALLOC_OPENMETRICS, &count, figure_known(3),
        "# TYPE zmalloc_things gauge\n# HELP zmalloc_things things\nzmalloc_things 3\n");
    assert_row(ZMALLOC_OPENMETRICS, &bytes, figure_unknown(EACCES), "");
#undef HEAD
}

static void a_whole_report_says_what_is_no_plain_number(void)
{
    static const struct report_row rows[] = {
        {"a", "a", 0 * sizeof(struct zmalloc_figure), UNIT_BYTES},
        {"b", "b", 1 * sizeof(struct zmalloc_figure), UNIT_BYTES},
        {"c", "c", 2 * sizeof(struct zmalloc_figure), UNIT_BYTES},
        {"d", "d", 3 * sizeof(struct zmalloc_figure), UNIT_BYTES},
    };
    const struct zmalloc_figure figures[] = {
        figure_known(1), figure_at_most(2), figure_unlimited(), figure_unknown(EACCES)};
    struct zmi_report report = {.format = ZMALLOC_JSON, .prefix = ""};
    char buffer[1024];
    zmi_text_to_buffer(&report.text, buffer, sizeof(buffer));
    zmi_report_begin(&report, "test");
    zmi_report_balance(&report, "below", "zero", true, INT64_MIN);
    zmi_report_ratio(&report, "half", "a half", true, 0.5);
    zmi_report_ratio(&report, "none", "nothing", false, 0);
    zmi_report_rows(&report, figures, rows, G_N_ELEMENTS(rows));
    zmi_report_end(&report);
    zmi_text_end(&report.text);
    char *expected = g_strdup_printf(
        "{\n  \"report\": \"test\",\n  \"library\": \"%s\",\n  \"allocator\": \"%s\",\n"
        "  \"below\": -9223372036854775808,\n  \"half\": 0.500,\n  \"none\": null,\n"
        "  \"a\": 1,\n  \"b\": 2,\n  \"c\": null,\n  \"d\": null,\n"
        "  \"at_most\": [\"b\"],\n  \"unlimited\": [\"c\"],\n  \"errors\": {\"d\": 13}\n}\n",
        ZMALLOC_VERSION, zmi_backend_name());
    g_assert_cmpstr(buffer, ==, expected);
    g_free(expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/report/sizes-are-in-the-largest-unit-that-fits", sizes_are_in_the_largest_unit_that_fits);
    g_test_add_func("/report/people-are-told-what-is-not-known", people_are_told_what_is_not_known);
    g_test_add_func("/report/people-see-durations-in-seconds", people_see_durations_in_seconds);
    g_test_add_func("/report/json-has-numbers-and-null", json_has_numbers_and_null);
    g_test_add_func("/report/openmetrics-has-units-and-bounds", openmetrics_has_units_and_bounds);
    g_test_add_func(
        "/report/a-whole-report-says-what-is-no-plain-number",
        a_whole_report_says_what_is_no_plain_number);
    return g_test_run();
}
