/* SPDX-License-Identifier: BSD-3-Clause
 * The program of the README: one block, what it costs, and the account before and after its
 * release. */
#include <stdio.h>

#include <zmalloc.h>

int main(void)
{
    void *block = zmalloc(200);

    printf("%s: 200 bytes asked for, %zu usable\n", ZMALLOC_LIB, zmalloc_size(block));
    printf("used: %zu bytes\n", zmalloc_used_memory());
    zfree(block);
    printf("used after zfree: %zu bytes\n", zmalloc_used_memory());
}
