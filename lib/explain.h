/* SPDX-License-Identifier: BSD-3-Clause
 * From what is known of a process to what explains its resident set. No I/O. */
#ifndef ZMI_EXPLAIN_H
#define ZMI_EXPLAIN_H

#include <zmalloc/allocator.h>
#include <zmalloc/explain.h>

#include "process/mappings.h"

struct explain_facts {
    uint64_t used;
    struct zmi_mappings mappings;
    struct zmalloc_allocator_stats stats;
    struct zmalloc_figure beside; /* in blocks of a malloc() that is not the allocator's; unknown
                                     where there is none */
};

void zmi_explain(const struct explain_facts *facts, struct zmalloc_explanation *explanation);

#endif
