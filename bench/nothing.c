/* SPDX-License-Identifier: BSD-3-Clause
 * A program that does nothing, linked as one that uses its side: all it takes is time to load. */
#include "side.h"

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) /* spawn.c gives no argument; the linker keeps the library for this call */
        side_free(side_malloc(1));
}
