/* SPDX-License-Identifier: BSD-3-Clause
 * A source that goes on with a private copy, whose names are Valkey's, beside others that use the
 * library. It counts calls, which is enough to tell whose they are. */
#include "renamed_copy.h"

#include <stdlib.h>

#include "expect.h"
#include "renaming.h"

static size_t blocks;

void *zmalloc(size_t size)
{
    blocks++;
    return malloc(size);
}

void *zcalloc(size_t size)
{
    blocks++;
    return calloc(1, size);
}

void *zrealloc(void *ptr, size_t size)
{
    return realloc(ptr, size);
}

void zfree(void *ptr)
{
    blocks--;
    free(ptr);
}

/* Not the library's, which a program cannot see under this name. */
size_t zmalloc_used_memory(void)
{
    return blocks;
}

int renamed_with_a_copy(void)
{
    void *first = zrealloc(zmalloc(10), 20), *second = zcalloc(10);
    expect_equal("blocks of the copy are the copy's", zmalloc_used_memory(), 2);
    zfree(first);
    zfree(second);
    expect_equal("it has them back", blocks, 0);
    return failures;
}
