/* SPDX-License-Identifier: BSD-3-Clause
 * The C library's own malloc(): its free(), under a name that no project redefines, and its
 * malloc_trim(). The one place in a build on another allocator that uses it. */
#include <errno.h>
#include <stdlib.h>

#ifdef __GLIBC__
#    include <malloc.h>
#endif

#include <zmalloc.h>

#include "internal.h"

ZMI_EXPORT void zlibc_free(void *ptr)
{
    free(ptr);
}

ZMI_EXPORT void zlibc_trim(void)
{
#ifdef __GLIBC__
    int saved_errno = errno;
    malloc_trim(0);
    errno = saved_errno;
#endif
}
