/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode: one counter under a mutex. The reference for the tests, and for platforms without
 * lock-free atomics. Used and peak are exact, and blocks are counted. */
#include "accounting/alone.h"
#include "accounting/told.h"

void *zmi_mutex_add(void *ptr, size_t bytes); /* returns ptr */
void zmi_mutex_sub(size_t bytes);
void zmi_mutex_shrink(size_t bytes);

ZMI_INLINE void *accounting_add(void *ptr, size_t bytes)
{
    return zmi_mutex_add(ptr, bytes);
}

ZMI_INLINE void accounting_sub(size_t bytes)
{
    zmi_mutex_sub(bytes);
}

ZMI_INLINE void accounting_shrink(size_t bytes)
{
    zmi_mutex_shrink(bytes);
}
