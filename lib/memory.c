/* SPDX-License-Identifier: BSD-3-Clause
 * The account, as the program reads it. */
#include <zmalloc.h>

#include "accounting/accounting.h"
#include "internal.h"

ZMI_EXPORT size_t zmalloc_used_memory(void)
{
    return zmi_accounting_used();
}

ZMI_EXPORT size_t zmalloc_peak_memory(void)
{
    return zmi_accounting_peak();
}

ZMI_EXPORT void zmalloc_reset_peak(void)
{
    zmi_accounting_reset_peak();
}

ZMI_EXPORT void zmalloc_enable_thread_safeness(void)
{
    zmi_accounting_always_synchronise();
}

ZMI_EXPORT float zmalloc_get_fragmentation_ratio(size_t rss)
{
    size_t used = zmi_accounting_used();
    return used == 0 ? 0 : (float)rss / (float)used;
}
