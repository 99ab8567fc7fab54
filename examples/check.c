/* SPDX-License-Identifier: BSD-3-Clause
 * Which allocator is this, and whose malloc() does the process have? Prints the answer, and exits
 * with it: 0 proven, 1 a mismatch, 2 nothing to prove it by. */
#include <stdio.h>

#include <zmalloc.h>

int main(void)
{
    char report[1024];
    int result = zmalloc_check(report, sizeof(report));

    puts(report);
    return result;
}
