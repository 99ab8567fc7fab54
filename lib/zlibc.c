/* SPDX-License-Identifier: BSD-3-Clause
 * The C library's own free(), under a name that no project redefines. The one place in a build on
 * another allocator that uses it. */
#include <stdlib.h>

#include <zmalloc.h>

#include "internal.h"

ZMI_EXPORT void zlibc_free(void *ptr)
{
    free(ptr);
}
