/* SPDX-License-Identifier: BSD-3-Clause
 * Backends on the C library's allocator (libc, prefix, darwin): their name, and what it counts. */
#include "backend/backend.h"

#include <stdlib.h>

#ifdef __GLIBC__
#    include <malloc.h>
#endif

const char *zmi_backend_name(void)
{
    return "libc";
}

/* The sum over all arenas. Free blocks that a thread keeps to itself count as handed out, but those
 * are small. */
#ifdef __GLIBC__
static bool held(size_t *bytes)
{
#    if __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
    *bytes = info.uordblks + info.hblkhd;
#    else /* int, and wraps: so does the difference of two */
    struct mallinfo info = mallinfo();
    *bytes = (size_t)(unsigned)info.uordblks + (size_t)(unsigned)info.hblkhd;
#    endif
    return true;
}
#    define HELD held
#else
#    define HELD NULL
#endif

static const char *const functions[] = {
    "calloc",
    "realloc",
    "posix_memalign",
#ifdef LIBC_SIZE_FUNCTION
    LIBC_SIZE_FUNCTION,
#endif
    NULL,
};

const struct backend_identity *zmi_backend_identity(void)
{
    static const struct backend_identity identity = {
        .process_malloc = malloc,
        .process_free = free,
        .process_functions = functions,
        .held = HELD,
    };
    return &identity;
}
