/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode sharded: how a thread comes to its slot and leaves it, and the reading. */
#include "accounting/accounting.h"

#include <pthread.h>

static pthread_key_t key;
static bool key_exists;

static void give_up_slot(void *slot)
{
    zmi_thread.slot = NULL;
    zmi_thread.left = true;
    zmi_slots_disown(slot);
}

static struct zmi_slot *adopt_slot(void)
{
    if (zmi_thread.left || !key_exists)
        return NULL;
    /* Set before pthread_setspecific(), which may allocate: by way of us, if the program's malloc()
     * is zmalloc(). */
    zmi_thread.slot = zmi_slots_own();
    if (zmi_thread.slot == NULL)
        zmi_thread.left = true;
    else if (pthread_setspecific(key, zmi_thread.slot) != 0)
        give_up_slot(zmi_thread.slot);
    return zmi_thread.slot;
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

size_t zmi_accounting_used(void)
{
    /* In this order: a block that changes hands meanwhile is missed, never counted twice. */
    size_t allocated = sum(SLOTS_ALLOCATED);
    return zmi_slots_used(allocated, sum(SLOTS_FREED));
}

ZMI_COLD void zmi_sharded_look_at_peak(struct zmi_slot *slot)
{
    slot->look_at =
        atomic_load_explicit(&slot->bytes[SLOTS_ALLOCATED], memory_order_relaxed) + SLOTS_PEAK_STEP;
    zmi_accounting_used();
}

ZMI_COLD void zmi_sharded_count_without_slot(enum slots_direction direction, size_t bytes)
{
    if (adopt_slot() == NULL)
        zmi_slots_share(direction, bytes);
    else if (direction == SLOTS_ALLOCATED)
        accounting_add(bytes);
    else
        accounting_sub(bytes);
}
