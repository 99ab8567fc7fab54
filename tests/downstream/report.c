/* SPDX-License-Identifier: BSD-3-Clause
 * Prints what the program runs on and what one block costs; fails where the account is wrong. */
#include <stdio.h>
#include <stdlib.h>

#include <zmalloc.h>

int main(void)
{
    size_t before = zmalloc_used_memory();
    char *text = zstrdup("a text of which there is one copy");
    size_t size = zmalloc_size(text);
    size_t held = zmalloc_used_memory() - before;

    printf("allocator: %s\n", ZMALLOC_LIB);
    printf("size source: %s\n", zmalloc_size_source());
    printf("size of the block: %zu\n", size);
    printf("used: %zu\n", held);
    zfree(text);
    printf("used after zfree: %zu\n", zmalloc_used_memory() - before);
    return held == size && zmalloc_used_memory() == before ? EXIT_SUCCESS : EXIT_FAILURE;
}
