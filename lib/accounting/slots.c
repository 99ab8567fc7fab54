/* SPDX-License-Identifier: BSD-3-Clause
 * Where the slots are, who owns them, and what their sums mean. Lock-free throughout, so that a
 * fork() at any moment leaves the child a usable registry. */
#include "accounting/slots.h"

#include <errno.h>
#include <sys/mman.h>

#include "accounting/accounting.h"

struct zmi_chunk zmi_first_chunk;
_Atomic(size_t) zmi_slots_in_use;

static struct zmi_slot shared_slot;
static _Atomic(size_t) peak;

/* ---- Ownership ------------------------------------------------------------------------------ */

static struct zmi_chunk *chunk_after(struct zmi_chunk *chunk)
{
    struct zmi_chunk *next = atomic_load_explicit(&chunk->next, memory_order_acquire);
    if (next != NULL)
        return next;
    struct zmi_chunk *fresh =
        mmap(NULL, sizeof(*fresh), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh == MAP_FAILED)
        return NULL;
    if (atomic_compare_exchange_strong_explicit(
            &chunk->next, &next, fresh, memory_order_acq_rel, memory_order_acquire))
        return fresh;
    munmap(fresh, sizeof(*fresh));
    return next;
}

static bool own(struct zmi_slot *slot)
{
    bool owned = atomic_load_explicit(&slot->owned, memory_order_relaxed);
    return !owned && atomic_compare_exchange_strong_explicit(
                         &slot->owned, &owned, true, memory_order_acquire, memory_order_relaxed);
}

static void raise_to(_Atomic(size_t) *highest, size_t value)
{
    size_t seen = atomic_load_explicit(highest, memory_order_relaxed);
    while (value > seen && !atomic_compare_exchange_weak_explicit(
                               highest, &seen, value, memory_order_release, memory_order_relaxed)) {
    }
}

struct zmi_slot *zmi_slots_own(void)
{
    size_t position = 0;
    for (struct zmi_chunk *chunk = &zmi_first_chunk; chunk != NULL; chunk = chunk_after(chunk)) {
        for (size_t i = 0; i < SLOTS_IN_CHUNK; i++) {
            position++;
            if (own(&chunk->slots[i])) {
                raise_to(&zmi_slots_in_use, position);
                return &chunk->slots[i];
            }
        }
    }
    return NULL;
}

void zmi_slots_disown(struct zmi_slot *slot)
{
    /* Release: the next owner counts on from the sums as they are now. */
    atomic_store_explicit(&slot->owned, false, memory_order_release);
}

/* ---- Sums ----------------------------------------------------------------------------------- */

void zmi_slots_share(enum slots_direction direction, size_t bytes)
{
    atomic_fetch_add_explicit(&shared_slot.bytes[direction], bytes, memory_order_release);
    if (direction == SLOTS_ALLOCATED)
        zmi_accounting_used();
}

size_t zmi_slots_shared(enum slots_direction direction)
{
    return atomic_load_explicit(&shared_slot.bytes[direction], memory_order_acquire);
}

static size_t used_of(size_t allocated, size_t freed)
{
    size_t used = allocated - freed;
    /* More was freed meanwhile than was in use before. A difference in the top quarter of the range
     * is such a negative one; a balance is not, for no process has that much address space. (Where
     * pointers have 32 bits, nearly none: 3 GiB.) */
    if (used > SIZE_MAX - SIZE_MAX / 4)
        return 0;
    raise_to(&peak, used);
    return used;
}

size_t zmi_accounting_used(void)
{
    size_t allocated, freed;
    zmi_slots_sums(&allocated, &freed);
    return used_of(allocated, freed);
}

/* Sums of 32 bits wrap: what went through them is not known, only what is left. */
static struct zmalloc_figure total_of(size_t sum)
{
    return sizeof(sum) < sizeof(uint64_t) ? figure_unknown(ENOTSUP) : figure_known(sum);
}

struct accounting_figures zmi_accounting_figures(void)
{
    size_t allocated, freed;
    zmi_slots_sums(&allocated, &freed);
    struct accounting_figures figures = {
        .used = used_of(allocated, freed),
        .peak = atomic_load_explicit(&peak, memory_order_relaxed),
        .live_blocks = figure_unknown(ENOTSUP),
        .allocated_total = total_of(allocated),
        .freed_total = total_of(freed),
    };
    return figures;
}

size_t zmi_accounting_peak(void)
{
    zmi_accounting_used();
    return atomic_load_explicit(&peak, memory_order_relaxed);
}

void zmi_accounting_reset_peak(void)
{
    atomic_store_explicit(&peak, 0, memory_order_relaxed);
    zmi_accounting_used();
}

void zmi_accounting_always_synchronise(void)
{
    /* No thread ever writes what another one writes: there is nothing to synchronise. */
}
