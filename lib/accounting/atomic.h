/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode: one atomic counter. A locked instruction a call once there are two threads; the
 * read is one load. Used and peak are exact. */
#include <stdatomic.h>

#include "accounting/alone.h"
#include "accounting/told.h"
#include "internal.h"

extern struct zmi_account {
    _Alignas(64) _Atomic(size_t) used;
    _Atomic(size_t) peak;
} zmi_account;

/* Returns ptr. */
void *zmi_account_raise_peak(void *ptr, size_t used);

ZMI_INLINE void *accounting_add(void *ptr, size_t bytes)
{
    size_t used;
    if (accounting_alone()) {
        used = atomic_load_explicit(&zmi_account.used, memory_order_relaxed) + bytes;
        atomic_store_explicit(&zmi_account.used, used, memory_order_relaxed);
    } else {
        used = atomic_fetch_add_explicit(&zmi_account.used, bytes, memory_order_relaxed) + bytes;
    }
    if (ZMI_UNLIKELY(used > atomic_load_explicit(&zmi_account.peak, memory_order_relaxed)))
        return zmi_account_raise_peak(ptr, used);
    return ptr;
}

ZMI_INLINE void accounting_sub(size_t bytes)
{
    if (accounting_alone()) {
        size_t used = atomic_load_explicit(&zmi_account.used, memory_order_relaxed);
        atomic_store_explicit(&zmi_account.used, used - bytes, memory_order_relaxed);
    } else {
        atomic_fetch_sub_explicit(&zmi_account.used, bytes, memory_order_relaxed);
    }
}

ZMI_INLINE void accounting_shrink(size_t bytes)
{
    accounting_sub(bytes);
}
