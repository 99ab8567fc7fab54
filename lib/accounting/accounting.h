/* SPDX-License-Identifier: BSD-3-Clause
 * THE CONTRACT of an accounting mode: who adds up the bytes. One header per mode holds the hot path
 * as inline functions, the .c file of the same stem state and cold path; Meson selects one.
 *
 * What alloc.c promises: bytes are added after the allocator handed a block out and taken off before
 * it gets the block back, so that no more is counted than is live.
 * What a mode promises: used is exact when no other thread is inside a call, and never negative;
 * nothing here allocates, fails or loses a byte, in any thread, at any point of its life or of the
 * process's (constructors, destructors of thread-specific data, exit handlers), nor across fork(). */
#ifndef ZMI_ACCOUNTING_H
#define ZMI_ACCOUNTING_H

#include <stddef.h>

static inline void accounting_add(size_t bytes);
static inline void accounting_sub(size_t bytes);

size_t zmi_accounting_used(void);

/* The highest value of used since the start or the last reset, exact or within the bound that
 * <zmalloc.h> states for the mode. */
size_t zmi_accounting_peak(void);
void zmi_accounting_reset_peak(void);

/* From now on, synchronise even where the C library says there is one thread only. */
void zmi_accounting_always_synchronise(void);

#include ZMI_ACCOUNTING_HEADER

#endif
