/* SPDX-License-Identifier: BSD-3-Clause
 * Figures, as the library makes them, and how a structure of them gets to a caller that was compiled
 * against another header. */
#ifndef ZMI_FIGURE_H
#define ZMI_FIGURE_H

#include <stdbool.h>
#include <string.h>
#include <zmalloc/figure.h>

static inline struct zmalloc_figure figure_known(uint64_t value)
{
    return (struct zmalloc_figure){.value = value, .state = ZMALLOC_KNOWN};
}

static inline struct zmalloc_figure figure_at_most(uint64_t value)
{
    return (struct zmalloc_figure){.value = value, .state = ZMALLOC_AT_MOST};
}

static inline struct zmalloc_figure figure_unlimited(void)
{
    return (struct zmalloc_figure){.state = ZMALLOC_UNLIMITED};
}

/* error: an errno value. */
static inline struct zmalloc_figure figure_unknown(int error)
{
    return (struct zmalloc_figure){.state = ZMALLOC_UNKNOWN, .error = error};
}

/* What all structures of figures begin with, as the caller sets it. */
struct figures {
    _Alignas(struct zmalloc_figure) size_t size;
    uint32_t flags;
    uint32_t argument;
};

/* Copied: the structure is of another type, and the compiler need not see that this is its beginning. */
static inline struct figures figures_head(const void *figures)
{
    struct figures head;
    memcpy(&head, figures, sizeof(head));
    return head;
}

/* Whether the caller's structure is one that can be filled: its size holds all that comes before the
 * first figure, and its flags are among those known. If not, or if it is NULL, errno is set to EINVAL. */
bool zmi_figures_fit(const void *figures, size_t first_figure, uint32_t known_flags);

/* Copies own, of own_size bytes, to the caller's structure, as much of it as that has room for; what
 * is beyond is zeros, which is ZMALLOC_UNKNOWN. The caller's size, flags and argument stay. */
void zmi_figures_give(void *figures, const void *own, size_t own_size);

#endif
