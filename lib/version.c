/* SPDX-License-Identifier: BSD-3-Clause
 * What is running: this library's version, the allocator's, and how that one's sizes are known. */
#include <zmalloc.h>

#include "backend/backend.h"
#include "internal.h"

ZMI_EXPORT const char *zmalloc_lib(void)
{
    return zmi_backend_name();
}

ZMI_EXPORT const char *zmalloc_size_source(void)
{
    return backend_size_source();
}

ZMI_EXPORT const char *zmalloc_version(void)
{
    return ZMALLOC_VERSION;
}
