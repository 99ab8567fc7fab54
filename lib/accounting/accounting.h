/* SPDX-License-Identifier: BSD-3-Clause
 * THE CONTRACT of an accounting mode: who adds up the bytes. One header per mode holds the hot path
 * as inline functions, the .c file of the same stem state and cold path; Meson selects one.
 *
 * What a backend promises: bytes are added after the allocator handed a block out, and taken off
 * before the call that frees it returns; a block counts as live until then.
 * What a mode promises: used is exact when no other thread is inside a call, and never negative;
 * nothing here allocates, fails or loses a byte, in any thread, at any point of its life or of the
 * process's (constructors, destructors of thread-specific data, exit handlers), nor across fork(). */
#ifndef ZMI_ACCOUNTING_H
#define ZMI_ACCOUNTING_H

#include <stdbool.h>
#include <stddef.h>

#include "figure.h"
#include "internal.h"

/* Returns ptr, the block that the bytes are of: what a mode does off its hot path can so be the last
 * thing that a call does, and the hot path keeps nothing for afterwards. */
ZMI_INLINE void *accounting_add(void *ptr, size_t bytes);

ZMI_INLINE void accounting_sub(size_t bytes);

/* Of a block that stays live. */
ZMI_INLINE void accounting_shrink(size_t bytes);

/* For a backend whose allocator keeps sums per thread that are nobody else's. A mode that reads them
 * sees by itself what becomes of blocks, and the backend counts only what it does not see. Modes that
 * have to be told of every block have these from accounting/told.h.
 *
 * To be called before the allocator is asked for a block. */
ZMI_INLINE void accounting_before_new_block(void);

/* Whether the block that the allocator just gave, or one about to be freed, is seen for sure. */
ZMI_INLINE bool accounting_sees_new_block(void);
ZMI_INLINE bool accounting_sees_free(void);

/* If not: off the hot path, whether the new block was seen after all; and whether the calling thread
 * will be seen from now on. */
ZMI_INLINE bool accounting_saw_new_block(void);
ZMI_INLINE bool accounting_enters_thread(void);

/* A block changed its size: one step, so that no peak is seen in between. */
ZMI_INLINE void accounting_replace(size_t before, size_t after)
{
    if (after > before)
        accounting_add(NULL, after - before);
    else if (after < before)
        accounting_shrink(before - after);
}

size_t zmi_accounting_used(void);

/* What the mode counts, of one moment; what it does not count is unknown with ENOTSUP. used is
 * allocated_total - freed_total, unless more was freed meanwhile than was in use. */
struct accounting_figures {
    size_t used, peak;
    struct zmalloc_figure live_blocks, allocated_total, freed_total;
};

struct accounting_figures zmi_accounting_figures(void);

/* The highest value of used since the start or the last reset, exact or within the bound that
 * <zmalloc.h> states for the mode. */
size_t zmi_accounting_peak(void);
void zmi_accounting_reset_peak(void);

/* From now on, synchronise even where the C library says there is one thread only. */
void zmi_accounting_always_synchronise(void);

#include ZMI_ACCOUNTING_HEADER

#endif
