/* SPDX-License-Identifier: BSD-3-Clause
 * Sources of all ages in one program: runs the caller of the one that is named. */
#include "ages.h"

#include <stdio.h>
#include <string.h>

#define ENTRY(name) {#name, name},
static const struct {
    const char *name;
    int (*run)(void);
} ages[] = {AGES(ENTRY)};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof(ages) / sizeof(ages[0]); i++) {
        if (strcmp(argv[1], ages[i].name) == 0)
            return ages[i].run() != 0;
    }
    fprintf(stderr, "usage: ages AGE\n");
    return 2;
}
