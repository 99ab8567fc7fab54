/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode sharded: where the slots are, who owns them, and how they are read. Lock-free
 * throughout, so that a fork() at any moment leaves the child a usable registry. */
#include "accounting/accounting.h"

#include <pthread.h>
#include <sys/mman.h>

/* Slots are found by walking the chunks and never move or go away: at the thread's exit only the
 * ownership ends, the sums stay, and the next owner counts on from them. */
#define CHUNK_SLOTS 63

struct chunk {
    struct chunk *_Atomic next;
    struct zmi_slot slots[CHUNK_SLOTS];
};
_Static_assert(sizeof(struct chunk) == 4096, "a chunk is a page");

static struct chunk first_chunk;

/* How many slots, in the order of the walk, were ever owned: a reader stops there. */
static _Atomic(size_t) slots_used;

/* Counts, atomically, for threads without a slot: those past the destructor below, and all where
 * the system gives no memory for slots or no key. */
static struct zmi_slot shared_slot;

static _Atomic(size_t) peak;

static pthread_key_t key;
static bool key_exists;

SHARDED_TLS struct zmi_slot *zmi_slot;
static SHARDED_TLS bool slot_refused;

/* ---- Ownership ------------------------------------------------------------------------------ */

static struct chunk *chunk_after(struct chunk *chunk)
{
    struct chunk *next = atomic_load_explicit(&chunk->next, memory_order_acquire);
    if (next != NULL)
        return next;
    struct chunk *fresh =
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

static void disown(struct zmi_slot *slot)
{
    /* Release: the next owner counts on from the sums as they are now. */
    atomic_store_explicit(&slot->owned, false, memory_order_release);
}

static void raise_to(_Atomic(size_t) *highest, size_t value)
{
    size_t seen = atomic_load_explicit(highest, memory_order_relaxed);
    while (value > seen && !atomic_compare_exchange_weak_explicit(
                               highest, &seen, value, memory_order_release, memory_order_relaxed)) {
    }
}

static struct zmi_slot *find_slot(void)
{
    size_t position = 0;
    for (struct chunk *chunk = &first_chunk; chunk != NULL; chunk = chunk_after(chunk)) {
        for (size_t i = 0; i < CHUNK_SLOTS; i++) {
            position++;
            if (own(&chunk->slots[i])) {
                raise_to(&slots_used, position);
                return &chunk->slots[i];
            }
        }
    }
    return NULL;
}

static void give_up_slot(void *slot)
{
    zmi_slot = NULL;
    slot_refused = true;
    disown(slot);
}

static struct zmi_slot *adopt_slot(void)
{
    if (slot_refused || !key_exists)
        return NULL;
    /* Set before pthread_setspecific(), which may allocate: by way of us, if the program's malloc()
     * is zmalloc(). */
    zmi_slot = find_slot();
    if (zmi_slot == NULL)
        slot_refused = true;
    else if (pthread_setspecific(key, zmi_slot) != 0)
        give_up_slot(zmi_slot);
    return zmi_slot;
}

/* Of the parent's threads the child has only this one; the others' slots are free again. */
static void disown_slots_of_the_parent(void)
{
    size_t left = atomic_load_explicit(&slots_used, memory_order_acquire);
    for (struct chunk *chunk = &first_chunk; left > 0;
         chunk = atomic_load_explicit(&chunk->next, memory_order_acquire)) {
        for (size_t i = 0; i < CHUNK_SLOTS && left > 0; i++, left--) {
            if (&chunk->slots[i] != zmi_slot)
                disown(&chunk->slots[i]);
        }
    }
}

__attribute__((constructor)) static void prepare(void)
{
    key_exists = pthread_key_create(&key, give_up_slot) == 0;
    pthread_atfork(NULL, NULL, disown_slots_of_the_parent);
}

/* ---- Reading -------------------------------------------------------------------------------- */

static size_t sum(enum sharded_direction direction)
{
    size_t total = atomic_load_explicit(&shared_slot.bytes[direction], memory_order_acquire);
    size_t left = atomic_load_explicit(&slots_used, memory_order_acquire);
    for (struct chunk *chunk = &first_chunk; left > 0;
         chunk = atomic_load_explicit(&chunk->next, memory_order_acquire)) {
        for (size_t i = 0; i < CHUNK_SLOTS && left > 0; i++, left--)
            total += atomic_load_explicit(&chunk->slots[i].bytes[direction], memory_order_acquire);
    }
    return total;
}

size_t zmi_accounting_used(void)
{
    /* In this order: a block that changes hands meanwhile is missed, never counted twice. */
    size_t allocated = sum(SHARDED_ALLOCATED);
    size_t used = allocated - sum(SHARDED_FREED);
    /* More was freed meanwhile than was in use before. A difference in the top quarter of the range
     * is such a negative one; a balance is not, for no process has that much address space. */
    if (used > SIZE_MAX - SIZE_MAX / 4)
        return 0;
    raise_to(&peak, used);
    return used;
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

/* ---- Counting ------------------------------------------------------------------------------- */

ZMI_COLD void zmi_sharded_look_at_peak(struct zmi_slot *slot)
{
    slot->peak_seen_at =
        atomic_load_explicit(&slot->bytes[SHARDED_ALLOCATED], memory_order_relaxed);
    zmi_accounting_used();
}

ZMI_COLD void zmi_sharded_count_without_slot(enum sharded_direction direction, size_t bytes)
{
    if (adopt_slot() == NULL) {
        atomic_fetch_add_explicit(&shared_slot.bytes[direction], bytes, memory_order_release);
        if (direction == SHARDED_ALLOCATED)
            zmi_accounting_used();
    } else if (direction == SHARDED_ALLOCATED) {
        accounting_add(bytes);
    } else {
        accounting_sub(bytes);
    }
}

void zmi_accounting_always_synchronise(void)
{
    /* No thread ever writes what another one writes: there is nothing to synchronise. */
}
