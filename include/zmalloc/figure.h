/* SPDX-License-Identifier: BSD-3-Clause
 * Figures that a system or an allocator may not have: what all structures of figures are made of. */
#ifndef ZMALLOC_FIGURE_H
#define ZMALLOC_FIGURE_H

#include <stddef.h>
#include <stdint.h>

/* What is known of a figure. Zero is ZMALLOC_UNKNOWN: members that a newer header has and the library
 * that runs has not are filled with zeros, and so are never taken for a figure of 0. */
enum zmalloc_state {
    ZMALLOC_UNKNOWN,   /* error says why: an errno value, or 0: this library has no such figure */
    ZMALLOC_KNOWN,     /* it is value */
    ZMALLOC_AT_MOST,   /* it is value or less: the allocator does not tell parts of it apart */
    ZMALLOC_UNLIMITED, /* of limits alone: there is none */
};

/* value is 0 unless state is ZMALLOC_KNOWN or ZMALLOC_AT_MOST. Since 1.0. */
struct zmalloc_figure {
    uint64_t value;
    uint32_t state; /* enum zmalloc_state */
    int32_t error;
};

/* As text, figures are written for people, with aligned columns and units; as one object of JSON (RFC
 * 8259); or in the OpenMetrics text format 1.0, to its "# EOF". Since 1.0. */
enum zmalloc_format { ZMALLOC_TEXT, ZMALLOC_JSON, ZMALLOC_OPENMETRICS };

/* Lists of figures have X(name, unit, help) for each: its member in the structure, one of the units
 * below, and a line that says what it is. A program may give a macro of its own for X, to walk all
 * figures of a structure.
 *
 * BYTES        bytes, now
 * TOTAL_BYTES  bytes, since the process began: never falls
 * COUNT        things, now
 * NANOSECONDS  a duration, or a moment of CLOCK_MONOTONIC
 *
 * Structures begin with their size, which the caller sets to sizeof(struct ...): those of programs
 * compiled against an older or a newer header are filled as far as both know them. In the lists new
 * figures come last; a list that is part of another never grows. NULL, a size that does not hold the
 * members before the first figure, or flags that the library does not know: -1 and EINVAL. */
#define ZMALLOC_MEMBER_(name, unit, help) struct zmalloc_figure name;

#endif
