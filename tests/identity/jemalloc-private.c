/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of a private jemalloc, which MALLOC_CONF makes print its statistics (JE_MALLOC_CONF, where
 * its public names begin with je_). */
#include "private.h"

static size_t parse(const char *line)
{
    size_t allocated = 0;
    sscanf(line, "Allocated: %zu", &allocated);
    return allocated;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"mallocx", "mallctl", "je_mallocx", "zmi_je_mallocx", NULL};
    return check_private(
        argc, argv, names, "MALLOC_CONF=stats_print:true JE_MALLOC_CONF=stats_print:true", parse);
}
