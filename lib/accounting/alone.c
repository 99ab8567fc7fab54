/* SPDX-License-Identifier: BSD-3-Clause
 * The switch that zmalloc_enable_thread_safeness() sets. */
#include "accounting/alone.h"

#include "accounting/accounting.h"

atomic_bool zmi_always_synchronise;

void zmi_accounting_always_synchronise(void)
{
    atomic_store_explicit(&zmi_always_synchronise, true, memory_order_relaxed);
}
