/* SPDX-License-Identifier: BSD-3-Clause
 * What is running: this library's version, and the allocator's name and version. */
#include <zmalloc.h>

#include "backend/backend.h"
#include "internal.h"

ZMI_EXPORT const char *zmalloc_lib(void)
{
    return zmi_backend_name();
}

ZMI_EXPORT const char *zmalloc_version(void)
{
    return ZMALLOC_VERSION;
}
