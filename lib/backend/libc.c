/* SPDX-License-Identifier: BSD-3-Clause
 * Backends on the C library's allocator (libc, prefix, darwin): their name. */
#include "backend/backend.h"

const char *zmi_backend_name(void)
{
    return "libc";
}
