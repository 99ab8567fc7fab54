/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode: each thread counts in a slot of its own, with plain loads and stores; a reader
 * adds the slots up. doc/accounting.md holds the argument why that is exact.
 *
 * A slot holds two sums that only grow, not one balance. Read as all that was allocated first, all
 * that was freed second, they never give more than what was live at the moment between the two. With
 * one balance per slot, blocks that change hands during a read could be counted any number of times.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "internal.h"

/* The peak is looked at each time a thread has allocated this many bytes. */
#define SHARDED_PEAK_STEP ((size_t)256 * 1024)

enum sharded_direction { SHARDED_ALLOCATED, SHARDED_FREED, SHARDED_DIRECTIONS };

/* Written by the thread that owns it. On a cache line of its own: neighbours would slow each other
 * down by what they write. */
struct zmi_slot {
    _Alignas(64) _Atomic(size_t) bytes[SHARDED_DIRECTIONS];
    size_t peak_seen_at; /* bytes[SHARDED_ALLOCATED] when the peak was last looked at */
    atomic_bool owned;
};
_Static_assert(sizeof(struct zmi_slot) == 64, "a slot fills one cache line");

/* dlopen() of a library with this thread-local works in glibc, which keeps a reserve for it; other
 * libraries refuse one. Measured: 1.3-2.3 ns a counted call, against 3.4-7.6 for the other models. */
#ifdef __GLIBC__
#    define SHARDED_TLS _Thread_local __attribute__((tls_model("initial-exec")))
#else
#    define SHARDED_TLS _Thread_local
#endif

/* NULL before a thread's first call and once its slot is gone. */
extern SHARDED_TLS struct zmi_slot *zmi_slot;

void zmi_sharded_count_without_slot(enum sharded_direction direction, size_t bytes);
void zmi_sharded_look_at_peak(struct zmi_slot *slot);

static inline void accounting_add(size_t bytes)
{
    struct zmi_slot *slot = zmi_slot;
    if (ZMI_UNLIKELY(slot == NULL)) {
        zmi_sharded_count_without_slot(SHARDED_ALLOCATED, bytes);
        return;
    }
    _Atomic(size_t) *sum = &slot->bytes[SHARDED_ALLOCATED];
    size_t allocated = atomic_load_explicit(sum, memory_order_relaxed) + bytes;
    /* Release: who sees this allocation also sees every free that came before it. */
    atomic_store_explicit(sum, allocated, memory_order_release);
    if (ZMI_UNLIKELY(allocated - slot->peak_seen_at >= SHARDED_PEAK_STEP))
        zmi_sharded_look_at_peak(slot);
}

static inline void accounting_sub(size_t bytes)
{
    struct zmi_slot *slot = zmi_slot;
    if (ZMI_UNLIKELY(slot == NULL)) {
        zmi_sharded_count_without_slot(SHARDED_FREED, bytes);
        return;
    }
    _Atomic(size_t) *sum = &slot->bytes[SHARDED_FREED];
    size_t freed = atomic_load_explicit(sum, memory_order_relaxed) + bytes;
    atomic_store_explicit(sum, freed, memory_order_relaxed);
}
