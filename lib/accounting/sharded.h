/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode: each thread counts in a slot of its own, with plain loads and stores; a reader
 * adds the slots up. */
#include <stdatomic.h>

#include "accounting/slots.h"
#include "accounting/told.h"
#include "internal.h"
#include "thread.h"

/* For threads without a slot, and whenever it is time to look at the peak. Returns ptr. */
void *zmi_sharded_add(void *ptr, size_t bytes);

/* For threads without a slot. */
void zmi_sharded_sub(size_t bytes);

/* One branch each: what zmi_no_slot holds sends threads that have none off the hot path too. */
ZMI_INLINE void *accounting_add(void *ptr, size_t bytes)
{
    struct zmi_slot *slot = zmi_thread.slot;
    _Atomic(size_t) *sum = &slot->bytes[SLOTS_ALLOCATED];
    size_t allocated = atomic_load_explicit(sum, memory_order_relaxed) + bytes;
    /* By the difference: sums may wrap. */
    if (ZMI_UNLIKELY((ptrdiff_t)(allocated - slot->look_at) >= 0))
        return zmi_sharded_add(ptr, bytes);
    /* Release: who sees this allocation also sees every free that came before it. */
    atomic_store_explicit(sum, allocated, memory_order_release);
    return ptr;
}

ZMI_INLINE void accounting_sub(size_t bytes)
{
    _Atomic(size_t) *sum = &zmi_thread.slot->bytes[SLOTS_FREED];
    size_t freed = atomic_load_explicit(sum, memory_order_relaxed) + bytes;
    if (ZMI_UNLIKELY(freed >= SLOTS_SUM_OF_NONE))
        zmi_sharded_sub(bytes);
    else
        atomic_store_explicit(sum, freed, memory_order_relaxed);
}

ZMI_INLINE void accounting_shrink(size_t bytes)
{
    accounting_sub(bytes);
}
