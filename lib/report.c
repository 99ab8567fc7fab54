/* SPDX-License-Identifier: BSD-3-Clause
 * Figures as text: for people; JSON (RFC 8259); OpenMetrics 1.0. */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <zmalloc.h>

#include "backend/backend.h"
#include "figure.h"

/* The longest name, and the longest figure, of those for people. */
enum { NAME_WIDTH = 33, FIGURE_WIDTH = 14 };

/* ---- For people ------------------------------------------------------------------------------ */

/* In the largest unit of which there is one, in tenths: no floating point, which printf() might
 * allocate for. */
static void print_size(char *out, size_t size, const char *sign, uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    unsigned unit = 0;
    while (bytes >> (10 * unit) >= 1024)
        unit++;
    if (unit == 0) {
        snprintf(out, size, "%s%" PRIu64 " B", sign, bytes);
        return;
    }
    uint64_t whole = bytes >> (10 * unit);
    uint64_t rest = bytes >> (10 * (unit - 1)) & 1023;
    snprintf(
        out, size, "%s%" PRIu64 ".%u %s", sign, whole, (unsigned)(rest * 10 / 1024), units[unit]);
}

static void
print_figure(char *out, size_t size, enum report_unit unit, struct zmalloc_figure figure)
{
    const char *sign = figure.state == ZMALLOC_AT_MOST ? "<= " : "";
    if (figure.state == ZMALLOC_UNLIMITED)
        snprintf(out, size, "no limit");
    else if (figure.state == ZMALLOC_UNKNOWN && (figure.error == 0 || figure.error == ENOTSUP))
        snprintf(out, size, "unknown");
    else if (figure.state == ZMALLOC_UNKNOWN)
        snprintf(out, size, "unknown (%d)", figure.error);
    else if (unit == UNIT_COUNT)
        snprintf(out, size, "%s%" PRIu64, sign, figure.value);
    else if (unit == UNIT_NANOSECONDS)
        snprintf(
            out, size, "%s%" PRIu64 ".%03u s", sign, figure.value / 1000000000u,
            (unsigned)(figure.value / 1000000u % 1000u));
    else
        print_size(out, size, sign, figure.value);
}

static void line(struct zmi_report *report, const char *name, const char *value, const char *help)
{
    zmi_text_add(&report->text, "%-*s%*s  %s\n", NAME_WIDTH, name, FIGURE_WIDTH, value, help);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void key(struct zmi_report *report, const char *name)
{
    zmi_text_add(&report->text, ",\n  \"%s\": ", name);
}

/* The names are constants of this library, and hold no character that JSON escapes. */
static void list(struct zmi_report *report, const char *name, enum zmalloc_state state)
{
    const char *separator = "";
    key(report, name);
    zmi_text_add(&report->text, "[");
    for (size_t i = 0; i < report->rows; i++) {
        if (report->figures[i].state == state) {
            zmi_text_add(&report->text, "%s\"%s\"", separator, report->names[i]);
            separator = ", ";
        }
    }
    zmi_text_add(&report->text, "]");
}

static void list_errors(struct zmi_report *report)
{
    const char *separator = "";
    key(report, "errors");
    zmi_text_add(&report->text, "{");
    for (size_t i = 0; i < report->rows; i++) {
        if (report->figures[i].state == ZMALLOC_UNKNOWN && report->figures[i].error != 0) {
            zmi_text_add(
                &report->text, "%s\"%s\": %d", separator, report->names[i],
                report->figures[i].error);
            separator = ", ";
        }
    }
    zmi_text_add(&report->text, "}");
}

/* ---- OpenMetrics ----------------------------------------------------------------------------- */

static const struct {
    const char *type, *suffix, *unit, *sample;
} metrics[UNITS] = {
    [UNIT_BYTES] = {"gauge", "_bytes", "bytes", ""},
    [UNIT_TOTAL_BYTES] = {"counter", "_bytes", "bytes", "_total"},
    [UNIT_COUNT] = {"gauge", "", "", ""},
    [UNIT_NANOSECONDS] = {"gauge", "_seconds", "seconds", ""},
};

/* Without "_total", which is the sample's. */
static int stem(const char *name, enum report_unit unit)
{
    size_t length = strlen(name);
    return (int)(unit == UNIT_TOTAL_BYTES ? length - strlen("_total") : length);
}

static void
family(struct zmi_report *report, const char *name, enum report_unit unit, const char *help)
{
    int length = stem(name, unit);
    const char *suffix = metrics[unit].suffix, *prefix = report->prefix;
    zmi_text_add(
        &report->text, "# TYPE zmalloc_%s%.*s%s %s\n", prefix, length, name, suffix,
        metrics[unit].type);
    if (metrics[unit].unit[0] != '\0')
        zmi_text_add(
            &report->text, "# UNIT zmalloc_%s%.*s%s %s\n", prefix, length, name, suffix,
            metrics[unit].unit);
    zmi_text_add(&report->text, "# HELP zmalloc_%s%.*s%s %s\n", prefix, length, name, suffix, help);
    zmi_text_add(
        &report->text, "zmalloc_%s%.*s%s%s", prefix, length, name, suffix, metrics[unit].sample);
}

static void
sample(struct zmi_report *report, const struct report_row *row, struct zmalloc_figure figure)
{
    if (figure.state == ZMALLOC_UNKNOWN)
        return;
    family(report, row->name, row->unit, row->help);
    if (figure.state == ZMALLOC_UNLIMITED)
        zmi_text_add(&report->text, " +Inf\n");
    else if (row->unit == UNIT_NANOSECONDS)
        zmi_text_add(
            &report->text, " %" PRIu64 ".%09u\n", figure.value / 1000000000u,
            (unsigned)(figure.value % 1000000000u));
    else
        zmi_text_add(
            &report->text, "%s %" PRIu64 "\n",
            figure.state == ZMALLOC_AT_MOST ? "{bound=\"upper\"}" : "", figure.value);
}

/* ---- One row --------------------------------------------------------------------------------- */

void zmi_report_row(
    struct zmi_report *report, const struct report_row *row, struct zmalloc_figure figure)
{
    char value[64];
    report->names[report->rows] = row->name;
    report->figures[report->rows++] = figure;
    switch (report->format) {
    case ZMALLOC_TEXT:
        print_figure(value, sizeof(value), row->unit, figure);
        line(report, row->name, value, row->help);
        break;
    case ZMALLOC_JSON:
        key(report, row->name);
        if (figure.state == ZMALLOC_KNOWN || figure.state == ZMALLOC_AT_MOST)
            zmi_text_add(&report->text, "%" PRIu64, figure.value);
        else
            zmi_text_add(&report->text, "null");
        break;
    default:
        sample(report, row, figure);
    }
}

void zmi_report_rows(
    struct zmi_report *report, const void *figures, const struct report_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct zmalloc_figure figure;
        memcpy(&figure, (const char *)figures + rows[i].offset, sizeof(figure));
        zmi_report_row(report, &rows[i], figure);
    }
}

/* What is no figure: one text for people and one for programs, NULL where it is unknown. */
static void number(
    struct zmi_report *report, const char *name, enum report_unit unit, const char *help,
    const char *for_people, const char *for_programs)
{
    switch (report->format) {
    case ZMALLOC_TEXT:
        line(report, name, for_programs != NULL ? for_people : "unknown", help);
        break;
    case ZMALLOC_JSON:
        key(report, name);
        zmi_text_add(&report->text, "%s", for_programs != NULL ? for_programs : "null");
        break;
    default:
        if (for_programs != NULL) {
            family(report, name, unit, help);
            zmi_text_add(&report->text, " %s\n", for_programs);
        }
    }
}

void zmi_report_balance(
    struct zmi_report *report, const char *name, const char *help, bool known, int64_t bytes)
{
    char size[64], exact[32];
    uint64_t magnitude = bytes < 0 ? -(uint64_t)bytes : (uint64_t)bytes;
    print_size(size, sizeof(size), bytes < 0 ? "-" : "", magnitude);
    snprintf(exact, sizeof(exact), "%" PRId64, bytes);
    number(report, name, UNIT_BYTES, help, size, known ? exact : NULL);
}

/* In thousandths. */
void zmi_report_ratio(
    struct zmi_report *report, const char *name, const char *help, bool known, double ratio)
{
    char value[64];
    double limited = ratio < 1e12 ? ratio : 1e12;
    uint64_t thousandths = (uint64_t)(limited * 1000 + 0.5);
    snprintf(
        value, sizeof(value), "%" PRIu64 ".%03u", thousandths / 1000,
        (unsigned)(thousandths % 1000));
    number(report, name, UNIT_COUNT, help, value, known ? value : NULL);
}

void zmi_report_word(
    struct zmi_report *report, const char *name, const char *help, const char *word)
{
    switch (report->format) {
    case ZMALLOC_TEXT:
        line(report, name, word, help);
        break;
    case ZMALLOC_JSON:
        key(report, name);
        zmi_text_add(&report->text, "\"%s\"", word);
        break;
    default:
        zmi_text_add(&report->text, "# TYPE zmalloc_%s%s info\n", report->prefix, name);
        zmi_text_add(&report->text, "# HELP zmalloc_%s%s %s\n", report->prefix, name, help);
        zmi_text_add(
            &report->text, "zmalloc_%s%s_info{%s=\"%s\"} 1\n", report->prefix, name, name, word);
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

void zmi_report_begin(struct zmi_report *report, const char *subject)
{
    if (report->format == ZMALLOC_JSON)
        zmi_text_add(&report->text, "{\n  \"report\": \"%s\"", subject);
    zmi_report_word(report, "library", "libzmalloc of this version", ZMALLOC_VERSION);
    zmi_report_word(report, "allocator", "allocator underneath", zmi_backend_name());
}

void zmi_report_end(struct zmi_report *report)
{
    switch (report->format) {
    case ZMALLOC_JSON:
        list(report, "at_most", ZMALLOC_AT_MOST);
        list(report, "unlimited", ZMALLOC_UNLIMITED);
        list_errors(report);
        zmi_text_add(&report->text, "\n}\n");
        break;
    case ZMALLOC_OPENMETRICS:
        zmi_text_add(&report->text, "# EOF\n");
        break;
    default:
        break;
    }
}

/* ---- For a caller ---------------------------------------------------------------------------- */

static bool knows(int format)
{
    return format == ZMALLOC_TEXT || format == ZMALLOC_JSON || format == ZMALLOC_OPENMETRICS;
}

/* What the caller's structure has not is unknown. */
static void
write_kind(const struct report_kind *kind, struct zmi_report *report, const void *figures)
{
    union {
        struct zmalloc_snapshot snapshot;
        struct zmalloc_explanation explanation;
    } whole = {0};
    size_t size = figures_head(figures).size;
    memcpy(&whole, figures, size < kind->size ? size : kind->size);
    report->prefix = kind->prefix;
    report->rows = 0;
    zmi_report_begin(report, kind->subject);
    kind->write(report, &whole);
    zmi_report_end(report);
}

int zmi_report_write(const struct report_kind *kind, const void *figures, int fd, int format)
{
    struct zmi_report report = {.format = format};
    int saved_errno = errno, error;
    if (!zmi_figures_fit(figures, kind->first_member, 0) || !knows(format))
        error = EINVAL;
    else if (fd < 0)
        error = EBADF;
    else {
        zmi_text_to_file(&report.text, fd);
        write_kind(kind, &report, figures);
        error = zmi_text_end(&report.text);
    }
    errno = error != 0 ? error : saved_errno;
    return error != 0 ? -1 : 0;
}

size_t zmi_report_print(
    const struct report_kind *kind, const void *figures, char *buffer, size_t size, int format)
{
    struct zmi_report report = {.format = format};
    int saved_errno = errno;
    if (!zmi_figures_fit(figures, kind->first_member, 0) || !knows(format)) {
        errno = EINVAL;
        return 0;
    }
    zmi_text_to_buffer(&report.text, buffer, size);
    write_kind(kind, &report, figures);
    zmi_text_end(&report.text);
    errno = saved_errno;
    return report.text.length;
}
