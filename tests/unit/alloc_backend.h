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
} stub;

enum { STUB_FRONT = 16 };

static inline size_t *stub_size(void *ptr)
{
    return (size_t *)((char *)ptr - STUB_FRONT);
}

static inline void *stub_allocate(size_t size, size_t alignment, size_t *usable)
{
    g_assert_nonnull(usable);
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
    *usable = size + 7;
    accounting_add(size);
    return ptr;
}

static inline void *backend_malloc(size_t size, size_t *usable)
{
    return stub_allocate(size, 0, usable);
}

static inline void *backend_calloc(size_t size, size_t *usable)
{
    return stub_allocate(size, 0, usable);
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
    g_assert_nonnull(usable);
    stub.calls++;
    *usable = *stub_size(ptr) + 7;
    accounting_sub(*stub_size(ptr));
    free((char *)ptr - STUB_FRONT);
}

static inline void backend_free_sized(void *ptr, size_t size)
{
    size_t usable;
    stub.size = size;
    backend_free(ptr, &usable);
}

static inline void *backend_realloc(void *ptr, size_t size, size_t *usable)
{
    g_assert_nonnull(ptr);
    g_assert_cmpuint(size, >, 0);
    void *moved = stub_allocate(size, 0, usable);
    if (moved != NULL) {
        size_t unused;
        backend_free(ptr, &unused);
    }
    return moved;
}

static inline size_t backend_counted_size(void *ptr)
{
    g_assert_nonnull(ptr);
    return *stub_size(ptr);
}

static inline const char *backend_size_source(void)
{
    return "stub";
}
