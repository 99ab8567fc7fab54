/* SPDX-License-Identifier: BSD-3-Clause
 * How much memory this process may use. */
#include <zmalloc.h>

#include "figure.h"
#include "internal.h"

ZMI_EXPORT size_t zmalloc_get_memory_size(void)
{
    return 0;
}

ZMI_EXPORT int zmalloc_get_memory_limits(struct zmalloc_memory_limits *limits)
{
    struct zmalloc_memory_limits own = {0};
    if (!zmi_figures_fit(limits, offsetof(struct zmalloc_memory_limits, memory_size), 0))
        return -1;
    zmi_figures_give(limits, &own, sizeof(own));
    return 0;
}
