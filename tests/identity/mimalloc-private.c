/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of a private mimalloc, which MIMALLOC_SHOW_STATS makes print its statistics. */
#include "private.h"

static size_t parse(const char *line)
{
    double committed = 0;
    char unit[4] = "";
    sscanf(line, " committed: %lf %3s", &committed, unit);
    return strcmp(unit, "MiB") == 0 ? (size_t)(committed * 1024 * 1024) : 0;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"mi_malloc", "mi_version", "zmi_mi_malloc", NULL};
    return check_private(argc, argv, names, "MIMALLOC_SHOW_STATS=1", parse);
}
