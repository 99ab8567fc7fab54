/* SPDX-License-Identifier: BSD-3-Clause
 * A backend that holds alloc.c to what backend/backend.h promises of it, remembers how it was called,
 * and fails on demand. Real allocators refuse by themselves much of what they should never see. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

/* How often, with what last, and whether to refuse. */
extern struct stub {
    unsigned calls;
    size_t size;
    size_t alignment;
    bool refuses;
    size_t grows; /* by what a block grows, in its own eyes, until it is freed */
} stub;

enum { STUB_FRONT = 16 };

static inline size_t *stub_size(void *ptr)
{
    return (size_t *)((char *)ptr - STUB_FRONT);
}

static inline void *stub_allocate(size_t size, size_t alignment, size_t *usable)
{
    g_assert_cmpuint(size, <=, PTRDIFF_MAX);
    g_assert_cmpuint(alignment, <=, PTRDIFF_MAX - size);
    stub.calls++;
    stub.size = size;
    stub.alignment = alignment;
    char *base = stub.refuses ? NULL : calloc(1, STUB_FRONT + size);
    if (base == NULL)
        return NULL;
    void *ptr = base + STUB_FRONT;
    *stub_size(ptr) = size;
    backend_tell(usable, size + 7);
    return accounting_add(ptr, size);
}

static inline void *backend_malloc(size_t size, size_t *usable)
{
    return size <= PTRDIFF_MAX ? stub_allocate(size, 0, usable) : NULL;
}

static inline void *backend_calloc(size_t size, size_t *usable)
{
    return size <= PTRDIFF_MAX ? stub_allocate(size, 0, usable) : NULL;
}

static inline void *backend_aligned_alloc(size_t alignment, size_t size, size_t *usable)
{
    g_assert_cmpuint(alignment, >=, _Alignof(max_align_t));
    g_assert_cmpuint(alignment & (alignment - 1), ==, 0);
    return stub_allocate(size, alignment, usable);
}

static inline void backend_free(void *ptr, size_t *usable)
{
    g_assert_nonnull(ptr);
    stub.calls++;
    backend_tell(usable, *stub_size(ptr) + 7 + stub.grows);
    accounting_sub(*stub_size(ptr));
    free((char *)ptr - STUB_FRONT);
}

static inline void backend_free_sized(void *ptr, size_t size)
{
    stub.size = size;
    backend_free(ptr, NULL);
}

static inline void *backend_realloc(void *ptr, size_t size, size_t *usable)
{
    g_assert_nonnull(ptr);
    g_assert_cmpuint(size, >, 0);
    void *moved = stub_allocate(size, 0, usable);
    if (moved != NULL)
        backend_free(ptr, NULL);
    return moved;
}

static inline size_t backend_counted_size(void *ptr)
{
    g_assert_nonnull(ptr);
    return *stub_size(ptr);
}

static inline size_t backend_usable_size(void *ptr)
{
    return *stub_size(ptr) + 7 + stub.grows;
}

static inline const char *backend_size_source(void)
{
    return "stub";
}
