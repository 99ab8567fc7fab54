/* SPDX-License-Identifier: BSD-3-Clause
 * A source of a program that renames the four basic names by macros, as Valkey's own header does:
 * before or after the library's. renaming.c calls it. */
#ifndef AFTER
#    define zmalloc valkey_malloc
#    define zcalloc valkey_calloc
#    define zrealloc valkey_realloc
#    define zfree valkey_free
#endif

#include "zmalloc.h"

#ifdef AFTER
#    define zmalloc valkey_malloc
#    define zcalloc valkey_calloc
#    define zrealloc valkey_realloc
#    define zfree valkey_free
#endif

#include <string.h>

#include "expect.h"
#include "renaming.h"

int CALLER(void)
{
    void (*volatile free_function)(void *) = zfree;
    size_t before = zmalloc_used_memory();
    char *block = zmalloc(100);
    expect_equal("a block is the library's", zmalloc_used_memory() - before, zmalloc_size(block));
    memset(block, 'x', 100);
    block = zrealloc(block, 1000);
    expect_equal("it has its bytes", block[0] == 'x' && block[99] == 'x', 1);
    char *zeros = zcalloc(100);
    expect_equal("zeros are zeros", zeros[0] == 0 && memcmp(zeros, zeros + 1, 99) == 0, 1);
    char *copy = zstrdup("freed under the other name");
    zfree(copy);
    free_function(zeros);
    valkey_free(block);
    expect_equal("all is given back", zmalloc_used_memory(), before);
    return failures;
}
