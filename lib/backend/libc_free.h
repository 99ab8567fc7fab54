/* SPDX-License-Identifier: BSD-3-Clause
 * The C library's free() with errno as it was, for the backends upon it. free(3): "The free()
 * function preserves errno" since glibc 2.33. */
#ifndef ZMI_BACKEND_LIBC_FREE_H
#define ZMI_BACKEND_LIBC_FREE_H

#include <stdlib.h>

#include "backend/keep_errno.h"

#ifdef __GLIBC_PREREQ
#    define LIBC_FREE_KEEPS_ERRNO __GLIBC_PREREQ(2, 33)
#else
#    define LIBC_FREE_KEEPS_ERRNO 0
#endif

ZMI_INLINE void libc_free(void *ptr)
{
    if (LIBC_FREE_KEEPS_ERRNO) {
        free(ptr);
    } else {
        struct kept_errno kept = keep_errno();
        free(ptr);
        restore_errno(kept);
    }
}

#endif
