/* SPDX-License-Identifier: BSD-3-Clause
 * Figures, one after the other, as text in each of the formats of enum zmalloc_format. */
#ifndef ZMI_REPORT_H
#define ZMI_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <zmalloc/figure.h>

#include "text.h"

/* As <zmalloc/figure.h> names them. */
enum report_unit { UNIT_BYTES, UNIT_TOTAL_BYTES, UNIT_COUNT, UNIT_NANOSECONDS, UNITS };

/* Of a structure of figures: where each is. An X of the lists in the public headers. */
struct report_row {
    const char *name, *help;
    size_t offset;
    enum report_unit unit;
};

#define REPORT_ROW(structure, name, unit, help)                                                    \
    {#name, help, offsetof(struct structure, name), UNIT_##unit},

/* JSON names those rows at its end that are no plain number. */
enum { REPORT_ROWS = 64 };

struct zmi_report {
    int format;
    const char *prefix; /* of names in OpenMetrics, which are those of all a process shows */
    struct zmi_text text;
    size_t rows;
    const char *names[REPORT_ROWS];
    struct zmalloc_figure figures[REPORT_ROWS];
};

/* Of a structure of figures, given by a caller that may know of more or fewer of them. */
struct report_kind {
    const char *subject, *prefix;
    size_t first_member, size;
    void (*write)(struct zmi_report *report, const void *figures); /* its rows; figures: whole */
};

/* As the public functions that write and print. */
int zmi_report_write(const struct report_kind *kind, const void *figures, int fd, int format);
size_t zmi_report_print(
    const struct report_kind *kind, const void *figures, char *buffer, size_t size, int format);

/* subject: what the report is of, a name. */
void zmi_report_begin(struct zmi_report *report, const char *subject);
void zmi_report_end(struct zmi_report *report);

/* For a kind's write function. */
void zmi_report_row(
    struct zmi_report *report, const struct report_row *row, struct zmalloc_figure figure);
void zmi_report_rows(
    struct zmi_report *report, const void *figures, const struct report_row *rows, size_t count);
/* Numbers that may be below zero, and what has no unit; unknown where known is false. */
void zmi_report_balance(
    struct zmi_report *report, const char *name, const char *help, bool known, int64_t bytes);
void zmi_report_ratio(
    struct zmi_report *report, const char *name, const char *help, bool known, double ratio);
void zmi_report_word(
    struct zmi_report *report, const char *name, const char *help, const char *word);

#endif
