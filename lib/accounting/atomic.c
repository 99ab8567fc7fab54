/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode atomic: the counter and its peak. */
#include "accounting/accounting.h"

#include <errno.h>

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

struct accounting_figures zmi_accounting_figures(void)
{
    struct accounting_figures figures = {
        .used = zmi_accounting_used(),
        .live_blocks = figure_unknown(ENOTSUP),
        .allocated_total = figure_unknown(ENOTSUP),
        .freed_total = figure_unknown(ENOTSUP),
    };
    /* A thread adds first and raises the peak then: it may be between the two. */
    size_t peak = zmi_accounting_peak();
    figures.peak = peak > figures.used ? peak : figures.used;
    return figures;
}
