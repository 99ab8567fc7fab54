/* SPDX-License-Identifier: BSD-3-Clause
 * A program whose sources rename the basic names as Valkey does, in every way that they can, and
 * that has a private copy of these names besides. */
#include "renaming.h"

#include <stddef.h>

static int (*const sources[])(void) = {
    renamed_before, renamed_before_in_no_age, renamed_after, renamed_with_a_copy};

int main(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
        failed += sources[i]();
    return failed != 0;
}
