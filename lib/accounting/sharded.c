/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode sharded: how a thread comes to its slot and leaves it, and the reading. */
#include "accounting/accounting.h"

#include <pthread.h>

static pthread_key_t key;
static bool key_exists;

static void give_up_slot(void *slot)
{
    zmi_thread_forget_slot();
    zmi_thread.left = true;
    zmi_slots_disown(slot);
}

static void adopt_slot(void)
{
    if (zmi_thread.left || !key_exists)
        return;
    struct zmi_slot *slot = zmi_slots_own();
    if (slot == NULL) {
        zmi_thread.left = true;
        return;
    }
    /* Set before pthread_setspecific(), which may allocate: by way of us, if the program's malloc()
     * is zmalloc(). */
    zmi_thread.slot = slot;
    if (pthread_setspecific(key, slot) != 0)
        give_up_slot(slot);
}

/* NULL where the thread gets none, or had its own. */
static struct zmi_slot *slot_of_thread(void)
{
    if (zmi_thread.slot == &zmi_no_slot)
        adopt_slot();
    return zmi_thread.slot == &zmi_no_slot ? NULL : zmi_thread.slot;
}

/* Of the parent's threads the child has only this one; the others' slots are free again. */
static void disown_slots_of_the_parent(void)
{
    struct zmi_slot *slot;
    SLOTS_EACH(slot)
    {
        if (slot != zmi_thread.slot)
            zmi_slots_disown(slot);
    }
}

__attribute__((constructor)) static void prepare(void)
{
    key_exists = pthread_key_create(&key, give_up_slot) == 0;
    pthread_atfork(NULL, NULL, disown_slots_of_the_parent);
}

static size_t sum(enum slots_direction direction)
{
    size_t total = zmi_slots_shared(direction);
    struct zmi_slot *slot;
    SLOTS_EACH(slot)
    {
        total += atomic_load_explicit(&slot->bytes[direction], memory_order_acquire);
    }
    return total;
}

void zmi_slots_sums(size_t *allocated, size_t *freed)
{
    /* In this order: a block that changes hands meanwhile is missed, never counted twice. */
    *allocated = sum(SLOTS_ALLOCATED);
    *freed = sum(SLOTS_FREED);
}

/* ---- Off the hot path ----------------------------------------------------------------------- */

static size_t count(struct zmi_slot *slot, enum slots_direction direction, size_t bytes)
{
    _Atomic(size_t) *sum = &slot->bytes[direction];
    bytes += atomic_load_explicit(sum, memory_order_relaxed);
    atomic_store_explicit(sum, bytes, memory_order_release);
    return bytes;
}

ZMI_COLD void *zmi_sharded_add(void *ptr, size_t bytes)
{
    struct zmi_slot *slot = slot_of_thread();
    if (slot == NULL) {
        zmi_slots_share(SLOTS_ALLOCATED, bytes);
        return ptr;
    }
    size_t allocated = count(slot, SLOTS_ALLOCATED, bytes);
    if ((ptrdiff_t)(allocated - slot->look_at) >= 0) {
        slot->look_at = allocated + SLOTS_PEAK_STEP;
        zmi_accounting_used();
    }
    return ptr;
}

ZMI_COLD void zmi_sharded_sub(size_t bytes)
{
    struct zmi_slot *slot = slot_of_thread();
    if (slot == NULL)
        zmi_slots_share(SLOTS_FREED, bytes);
    else
        count(slot, SLOTS_FREED, bytes);
}
