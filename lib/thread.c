/* SPDX-License-Identifier: BSD-3-Clause
 * The state of a thread before its first call. */
#include "thread.h"

static const _Atomic(size_t) always_high = SIZE_MAX;

_Alignas(64) ZMI_TLS struct zmi_thread zmi_thread = {.counted = &always_high};

void zmi_thread_forget_sums(void)
{
    zmi_thread.counted = &always_high;
}
