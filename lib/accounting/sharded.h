/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode: each thread counts in a slot of its own, with plain loads and stores; a reader
 * adds the slots up. */
#include <stdatomic.h>

#include "accounting/slots.h"
#include "accounting/told.h"
#include "internal.h"
#include "thread.h"

void zmi_sharded_count_without_slot(enum slots_direction direction, size_t bytes);
void zmi_sharded_look_at_peak(struct zmi_slot *slot);

ZMI_INLINE void accounting_add(size_t bytes)
{
    struct zmi_slot *slot = zmi_thread.slot;
    if (ZMI_UNLIKELY(slot == NULL)) {
        zmi_sharded_count_without_slot(SLOTS_ALLOCATED, bytes);
        return;
    }
    _Atomic(size_t) *sum = &slot->bytes[SLOTS_ALLOCATED];
    size_t allocated = atomic_load_explicit(sum, memory_order_relaxed) + bytes;
    /* Release: who sees this allocation also sees every free that came before it. */
    atomic_store_explicit(sum, allocated, memory_order_release);
    /* By the difference: sums may wrap. */
    if (ZMI_UNLIKELY((ptrdiff_t)(allocated - slot->look_at) >= 0))
        zmi_sharded_look_at_peak(slot);
}

ZMI_INLINE void accounting_sub(size_t bytes)
{
    struct zmi_slot *slot = zmi_thread.slot;
    if (ZMI_UNLIKELY(slot == NULL)) {
        zmi_sharded_count_without_slot(SLOTS_FREED, bytes);
        return;
    }
    _Atomic(size_t) *sum = &slot->bytes[SLOTS_FREED];
    size_t freed = atomic_load_explicit(sum, memory_order_relaxed) + bytes;
    atomic_store_explicit(sum, freed, memory_order_relaxed);
}
