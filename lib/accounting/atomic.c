/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode atomic: the counter and its peak. */
#include "accounting/accounting.h"

struct zmi_account zmi_account;

void *zmi_account_raise_peak(void *ptr, size_t used)
{
    size_t peak = atomic_load_explicit(&zmi_account.peak, memory_order_relaxed);
    while (used > peak &&
           !atomic_compare_exchange_weak_explicit(
               &zmi_account.peak, &peak, used, memory_order_relaxed, memory_order_relaxed)) {
    }
    return ptr;
}

size_t zmi_accounting_used(void)
{
    return atomic_load_explicit(&zmi_account.used, memory_order_relaxed);
}

size_t zmi_accounting_peak(void)
{
    return atomic_load_explicit(&zmi_account.peak, memory_order_relaxed);
}

void zmi_accounting_reset_peak(void)
{
    atomic_store_explicit(&zmi_account.peak, 0, memory_order_relaxed);
    zmi_account_raise_peak(NULL, zmi_accounting_used());
}
