/* SPDX-License-Identifier: BSD-3-Clause
 * What live blocks cost in memory, beyond what was asked for: by the allocator's or our own count,
 * and by the pages that the process has more than before. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"

static double resident(void)
{
    FILE *statm = fopen("/proc/self/statm", "r");
    unsigned long pages;
    if (statm == NULL || fscanf(statm, "%*u %lu", &pages) != 1)
        err(1, "/proc/self/statm");
    fclose(statm);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* Prints the means per block: bytes asked for, bytes counted, bytes resident. */
void print_footprint(uint64_t count, size_t size)
{
    void **blocks = own_memory(count, sizeof(*blocks));
    memset(blocks, 1, count * sizeof(*blocks)); /* resident before, not only after */
    uint64_t random = 0x9e3779b97f4a7c15;
    size_t asked = 0, counted = 0;
    double resident_before = resident();
    size_t used_before = side_used();
    for (uint64_t i = 0; i < count; i++) {
        size_t bytes = size != 0 ? size : churn_size(draw(&random));
        blocks[i] = side_malloc(bytes);
        memset(blocks[i], 1, bytes);
        asked += bytes;
        counted += side_usable(blocks[i]);
    }
    counted += side_used() - used_before;
    double grown = resident() - resident_before;
    printf(
        "%.4f %.4f %.4f\n", (double)asked / (double)count, (double)counted / (double)count,
        grown / (double)count);
    for (uint64_t i = 0; i < count; i++)
        side_free(blocks[i]);
    free(blocks);
}
