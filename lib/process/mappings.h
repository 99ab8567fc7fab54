/* SPDX-License-Identifier: BSD-3-Clause
 * The text of /proc/PID/smaps, summed by what each mapping is of. No I/O, nothing allocated. */
#ifndef ZMI_MAPPINGS_H
#define ZMI_MAPPINGS_H

#include <stddef.h>
#include <stdint.h>

/* ANONYMOUS: no name, the heap, and those that the program has named by prctl(2); stacks of threads
 * other than the first have no name either. FILE: files, shared memory, devices. SYSTEM: the first
 * thread's stack, and what the kernel maps. */
enum mapping_kind { MAPPING_ANONYMOUS, MAPPING_FILE, MAPPING_SYSTEM, MAPPING_KINDS };

struct zmi_mappings {
    struct mapping_sums {
        uint64_t size, rss, swap; /* bytes: of a process that an emulator runs, any number */
    } of[MAPPING_KINDS];
};

struct zmi_mappings_text {
    struct zmi_mappings sums;
    enum mapping_kind kind; /* of the mapping that the lines are about */
    int error;              /* the first one; it stays */
    size_t length;          /* of the line so far; what it has more than line holds counts, too */
    char line[128];         /* what stands before a name is shorter */
};

void zmi_mappings_init(struct zmi_mappings_text *text);

/* Returns the error, if there is one by now, so that the caller can stop reading. */
int zmi_mappings_feed(struct zmi_mappings_text *text, const char *chunk, size_t length);

/* After the end of the file: 0 or an errno value as in process/process.h. */
int zmi_mappings_finish(const struct zmi_mappings_text *text, struct zmi_mappings *mappings);

#endif
