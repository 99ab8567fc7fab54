/* SPDX-License-Identifier: BSD-3-Clause
 * Why the resident set is not as large as what is in use. */
#include <errno.h>

#include <zmalloc.h>

#include "figure.h"
#include "internal.h"

ZMI_EXPORT int zmalloc_explain(struct zmalloc_explanation *explanation)
{
    struct zmalloc_explanation own = {.largest = "none"};
    if (!zmi_figures_fit(explanation, offsetof(struct zmalloc_explanation, rss), 0))
        return -1;
    zmi_figures_give(explanation, &own, sizeof(own));
    return 0;
}

ZMI_EXPORT int
zmalloc_explanation_write(const struct zmalloc_explanation *explanation, int fd, int format)
{
    (void)explanation, (void)fd, (void)format;
    errno = EINVAL;
    return -1;
}

ZMI_EXPORT size_t zmalloc_explanation_print(
    const struct zmalloc_explanation *explanation, char *buffer, size_t size, int format)
{
    (void)explanation, (void)buffer, (void)size, (void)format;
    errno = EINVAL;
    return 0;
}
