/* SPDX-License-Identifier: BSD-3-Clause
 * The C library's own malloc(): its free(), under a name that no project redefines, and its
 * malloc_trim(). The one place in a build on another allocator that uses it. */
#include "zlibc.h"

#include <errno.h>
#include <stdlib.h>

#ifdef __GLIBC__
#    include <gnu/libc-version.h>
#    include <malloc.h>
#endif

#include <zmalloc.h>

#include "figure.h"
#include "internal.h"
#include "object.h"

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

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
struct zmalloc_figure zmi_zlibc_handed_out(void)
{
    const void *glibc = zmi_object_at((const void *)gnu_get_libc_version).base;
    if (glibc == NULL || zmi_object_of("malloc").base != glibc ||
        zmi_object_of("mallinfo2").base != glibc)
        return figure_unknown(ENODATA);
    struct mallinfo2 info = mallinfo2();
    return figure_at_most(info.uordblks + info.hblkhd);
}
#else
struct zmalloc_figure zmi_zlibc_handed_out(void)
{
    return figure_unknown(ENOTSUP);
}
#endif
