/* SPDX-License-Identifier: BSD-3-Clause
 * An allocator for size_class.h that rounds as the test says, changes errno whenever it frees, and
 * holds its caller to what a sized free needs. */
#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#include "backend/size_class.h"

extern struct stub {
    size_t (*rule)(size_t size);
    size_t usable; /* of the next block, if not 0: whatever the rule says */
    bool refuses;
    size_t size; /* as last asked for */
    unsigned rule_asked, resized, freed, freed_sized;
} stub;

enum { STUB_FRONT = 16 };

static inline size_t *stub_usable(void *ptr)
{
    return (size_t *)((char *)ptr - STUB_FRONT);
}

ZMI_INLINE size_t allocator_usable_size(void *ptr)
{
    return *stub_usable(ptr);
}

/* Zeroed, as allocator_calloc() needs it, or not. */
static inline void *stub_allocate(size_t size, int fill)
{
    stub.size = size;
    size_t usable = stub.usable != 0 ? stub.usable : stub.rule(size);
    stub.usable = 0;
    g_assert_cmpuint(usable, >=, size);
    char *base = stub.refuses ? NULL : malloc(STUB_FRONT + usable);
    if (base == NULL)
        return NULL;
    memset(base + STUB_FRONT, fill, usable);
    *stub_usable(base + STUB_FRONT) = usable;
    return base + STUB_FRONT;
}

ZMI_INLINE void *allocator_malloc(size_t size)
{
    return stub_allocate(size, 0xa5);
}

ZMI_INLINE void *allocator_calloc(size_t size)
{
    return stub_allocate(size, 0);
}

ZMI_INLINE void *allocator_aligned_alloc(size_t alignment, size_t size)
{
    (void)alignment;
    return stub_allocate(size, 0xa5);
}

ZMI_INLINE void allocator_free(void *ptr)
{
    stub.freed++;
    free((char *)ptr - STUB_FRONT);
    errno = EINVAL;
}

ZMI_INLINE void allocator_free_sized(void *ptr, size_t size)
{
    stub.freed_sized++;
    g_assert_cmpuint(size, ==, *stub_usable(ptr));
    free((char *)ptr - STUB_FRONT);
    errno = EINVAL;
}

ZMI_INLINE void *allocator_realloc(void *ptr, size_t size)
{
    stub.resized++;
    void *moved = stub_allocate(size, 0xa5);
    if (moved == NULL)
        return NULL;
    memcpy(moved, ptr, MIN(*stub_usable(ptr), size));
    free((char *)ptr - STUB_FRONT);
    return moved;
}
