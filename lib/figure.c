/* SPDX-License-Identifier: BSD-3-Clause
 * Structures of figures between a caller and a library that may know of more or fewer of them. */
#include "figure.h"

#include <errno.h>
#include <string.h>

bool zmi_figures_fit(const void *figures, size_t first_figure, uint32_t known_flags)
{
    if (figures != NULL) {
        struct figures head = figures_head(figures);
        if (head.size >= first_figure && (head.flags & ~known_flags) == 0)
            return true;
    }
    errno = EINVAL;
    return false;
}

void zmi_figures_give(void *figures, const void *own, size_t own_size)
{
    const size_t head = sizeof(struct figures);
    size_t size = figures_head(figures).size;
    size_t common = size < own_size ? size : own_size;
    memcpy((char *)figures + head, (const char *)own + head, common - head);
    memset((char *)figures + common, 0, size - common);
}
