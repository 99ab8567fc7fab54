/* SPDX-License-Identifier: BSD-3-Clause
 * Frees its block in its destructor: after the program's own, before libzmalloc's. */
#include "destructors-library.h"

#include <stddef.h>
#include <unistd.h>

#include <zmalloc.h>

static void *kept;
static int wrong;

void destructors_library_keep(void *block, int code_if_wrong)
{
    kept = block;
    wrong = code_if_wrong;
}

__attribute__((destructor)) static void at_unload(void)
{
    if (kept == NULL)
        return;
    if (zmalloc_used_memory() != zmalloc_size(kept))
        _exit(wrong);
    zfree(kept);
    _exit(zmalloc_used_memory() == 0 ? DESTRUCTORS_LIBRARY_SAW_ZERO : wrong);
}
