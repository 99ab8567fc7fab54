/* SPDX-License-Identifier: BSD-3-Clause
 * The slots of the modes that count per thread: who owns which, how they are added up, and what the
 * sum means. doc/accounting.md holds the argument why that is exact.
 *
 * A slot holds two sums that only grow, not one balance. Read as all that was allocated first, all
 * that was freed second, they never give more than what was live at the moment between the two. With
 * one balance per slot, blocks that change hands during a read could be counted any number of times.
 */
#ifndef ZMI_ACCOUNTING_SLOTS_H
#define ZMI_ACCOUNTING_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "internal.h"

/* The peak is looked at each time a thread has allocated this many bytes. */
#define SLOTS_PEAK_STEP ((size_t)256 * 1024)

enum slots_direction { SLOTS_ALLOCATED, SLOTS_FREED, SLOTS_DIRECTIONS };

/* On a cache line of its own: neighbours would slow each other down by what they write. */
struct zmi_slot {
    /* Of the owner, who alone writes them, and of all owners before. */
    _Alignas(64) _Atomic(size_t) bytes[SLOTS_DIRECTIONS];

    /* Sharded mode: bytes[SLOTS_ALLOCATED] at which the owner next looks at the peak. */
    size_t look_at;

    /* Counters mode: where the owner's allocator counts on; NULL where there is no owner. */
    const _Atomic(size_t) *live[SLOTS_DIRECTIONS];

    atomic_bool owned;
};
/* What zmi_no_slot holds as freed; where size_t has 64 bits, no thread ever comes to free that much. */
#define SLOTS_SUM_OF_NONE (SIZE_MAX / 2 + 1)

_Static_assert(sizeof(struct zmi_slot) == 64, "a slot fills one cache line");

/* A slot of the caller's own, or NULL where the system gives no memory for one. Never one that
 * another thread owns. */
struct zmi_slot *zmi_slots_own(void);

/* The sums stay, and the next owner counts on from them. */
void zmi_slots_disown(struct zmi_slot *slot);

/* Counts for a thread without a slot of its own, in one that all such threads share: atomically. */
void zmi_slots_share(enum slots_direction direction, size_t bytes);
size_t zmi_slots_shared(enum slots_direction direction);

/* All that was allocated and freed, the sums of every slot: of the mode, which knows where they are. */
void zmi_slots_sums(size_t *allocated, size_t *freed);

/* Counters mode, from the backend: where the allocator keeps the calling thread's sums, to the end of
 * the thread's life. False where it keeps none. */
bool zmi_backend_sums(const _Atomic(size_t) *sums[SLOTS_DIRECTIONS]);

/* ---- The walk over all slots that were ever owned --------------------------------------------- */

/* Slots lie in chunks, are found by walking these, and never move or go away. */
#define SLOTS_IN_CHUNK 63

struct zmi_chunk {
    struct zmi_chunk *_Atomic next;
    struct zmi_slot slots[SLOTS_IN_CHUNK];
};
_Static_assert(sizeof(struct zmi_chunk) == 4096, "a chunk is a page");

extern struct zmi_chunk zmi_first_chunk;

/* How many slots, in the order of the walk, were ever owned. */
extern _Atomic(size_t) zmi_slots_in_use;

struct slots_walk {
    struct zmi_chunk *chunk;
    size_t position, left;
};

ZMI_INLINE struct slots_walk slots_begin(void)
{
    size_t left = atomic_load_explicit(&zmi_slots_in_use, memory_order_acquire);
    return (struct slots_walk){&zmi_first_chunk, 0, left};
}

/* NULL at the end. */
ZMI_INLINE struct zmi_slot *slots_next(struct slots_walk *walk)
{
    if (walk->left == 0)
        return NULL;
    if (walk->position == SLOTS_IN_CHUNK) {
        walk->chunk = atomic_load_explicit(&walk->chunk->next, memory_order_acquire);
        walk->position = 0;
    }
    walk->left--;
    return &walk->chunk->slots[walk->position++];
}

#define SLOTS_EACH(slot)                                                                           \
    for (struct slots_walk walk_ = slots_begin(); ((slot) = slots_next(&walk_)) != NULL;)

#endif
