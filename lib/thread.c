/* SPDX-License-Identifier: BSD-3-Clause
 * The state of a thread before its first call. */
#include "thread.h"

#include "accounting/slots.h"

const struct zmi_slot zmi_no_slot = {.bytes = {[SLOTS_FREED] = SLOTS_SUM_OF_NONE}};

static const _Atomic(size_t) always_high = SIZE_MAX;

_Alignas(64) ZMI_TLS struct zmi_thread zmi_thread = {
    .slot = (struct zmi_slot *)&zmi_no_slot,
    .counted = &always_high,
};

void zmi_thread_forget_slot(void)
{
    zmi_thread.slot = (struct zmi_slot *)&zmi_no_slot;
}

void zmi_thread_forget_sums(void)
{
    zmi_thread.counted = &always_high;
}
