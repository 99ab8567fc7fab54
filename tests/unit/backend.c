/* SPDX-License-Identifier: BSD-3-Clause
 * The contract of backend/backend.h, which every allocator keeps. */
#include "backend/backend.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "../address-space.h"

static const size_t sizes[] = {1, 8, 15, 16, 17, 100, 1000, 4096, 5000, 65536, 1 << 20, 5 << 20};

static void check_block(void *ptr, size_t size, size_t alignment, size_t usable)
{
    g_assert_nonnull(ptr);
    g_assert_cmpuint((uintptr_t)ptr % alignment, ==, 0);
    g_assert_cmpuint(usable, >=, size);
    g_assert_cmpuint(backend_counted_size(ptr), >=, usable);
    g_assert_cmpuint(zmi_accounting_used(), ==, backend_counted_size(ptr));
    memset(ptr, 0xff, size);
    g_assert_cmpuint(zmi_accounting_used(), ==, backend_counted_size(ptr));
}

static void check_freed(size_t usable_when_freed, size_t usable)
{
    g_assert_cmpuint(usable_when_freed, ==, usable);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void blocks_are_aligned_and_as_large_as_asked(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        size_t usable = 0, freed = 0;
        void *ptr = backend_malloc(sizes[i], &usable);
        check_block(ptr, sizes[i], _Alignof(max_align_t), usable);
        backend_free(ptr, &freed);
        check_freed(freed, usable);
        ptr = backend_calloc(sizes[i], &usable);
        for (size_t at = 0; at < sizes[i]; at++)
            g_assert_cmpuint(((unsigned char *)ptr)[at], ==, 0);
        check_block(ptr, sizes[i], _Alignof(max_align_t), usable);
        backend_free_sized(ptr, sizes[i]);
        check_freed(usable, usable);
    }
}

static void aligned_blocks_are_aligned(void)
{
    for (size_t alignment = _Alignof(max_align_t); alignment <= 1 << 20; alignment *= 2) {
        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
            size_t usable = 0, freed = 0;
            void *ptr = backend_aligned_alloc(alignment, sizes[i], &usable);
            check_block(ptr, sizes[i], alignment, usable);
            backend_free(ptr, &freed);
            check_freed(freed, usable);
        }
    }
}

static void resizing_keeps_the_common_bytes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(sizes); j++) {
            size_t usable = 0, freed = 0;
            unsigned char *ptr = backend_malloc(sizes[i], &usable);
            for (size_t at = 0; at < sizes[i]; at++)
                ptr[at] = (unsigned char)(at * 3);
            ptr = backend_realloc(ptr, sizes[j], &usable);
            for (size_t at = 0; at < MIN(sizes[i], sizes[j]); at++)
                g_assert_cmpuint(ptr[at], ==, (unsigned char)(at * 3));
            check_block(ptr, sizes[j], _Alignof(max_align_t), usable);
            if (j % 2 == 0) {
                backend_free(ptr, &freed);
                check_freed(freed, usable);
            } else {
                backend_free_sized(ptr, sizes[j]);
                check_freed(usable, usable);
            }
        }
    }
}

/* backend_free_sized() goes by the size last asked for, wherever the block came from. */
static void a_resized_block_is_freed_by_its_last_size(void)
{
    for (size_t from = 1; from <= 5000; from += from / 3 + 1) {
        for (size_t to = 1; to <= 5000; to += to / 7 + 1) {
            size_t usable = 0;
            void *ptr = backend_malloc(from, &usable);
            ptr = backend_realloc(ptr, to, &usable);
            g_assert_cmpuint(backend_counted_size(ptr), ==, zmi_accounting_used());
            backend_free_sized(ptr, to);
            g_assert_cmpuint(zmi_accounting_used(), ==, 0);
        }
    }
}

static void refusal_is_null_and_keeps_the_block(void)
{
    size_t most = PTRDIFF_MAX, usable = 0;
    void *ptr = backend_malloc(most, &usable);
    g_assert_null(ptr);
    ptr = backend_calloc(most, &usable);
    g_assert_null(ptr);
    ptr = backend_aligned_alloc(4096, most - 4096, &usable);
    g_assert_null(ptr);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
    unsigned char *volatile old =
        backend_malloc(100, &usable); /* gcc holds it freed by realloc() */
    memset(old, 3, 100);
    ptr = backend_realloc(old, most, &usable);
    g_assert_null(ptr);
    for (unsigned i = 0; i < 100; i++)
        g_assert_cmpuint(old[i], ==, 3);
    g_assert_cmpuint(zmi_accounting_used(), ==, backend_counted_size(old));
    backend_free(old, &usable);
    g_assert_cmpuint(zmi_accounting_used(), ==, 0);
}

static void freeing_keeps_errno(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        size_t usable = 0;
        void *ptr = backend_malloc(sizes[i], &usable);
        errno = EXDEV;
        backend_free(ptr, &usable);
        g_assert_cmpint(errno, ==, EXDEV);
        ptr = backend_malloc(sizes[i], &usable);
        errno = EXDEV;
        backend_free_sized(ptr, sizes[i]);
        g_assert_cmpint(errno, ==, EXDEV);
    }
}

static void name_is_constant(void)
{
    g_assert_true(zmi_backend_name() == zmi_backend_name());
    g_assert_cmpuint(strlen(zmi_backend_name()), >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    leave_no_room_for_ptrdiff_max();
    g_test_add_func(
        "/backend/blocks-are-aligned-and-as-large-as-asked",
        blocks_are_aligned_and_as_large_as_asked);
    g_test_add_func("/backend/aligned-blocks-are-aligned", aligned_blocks_are_aligned);
    g_test_add_func("/backend/resizing-keeps-the-common-bytes", resizing_keeps_the_common_bytes);
    g_test_add_func(
        "/backend/a-resized-block-is-freed-by-its-last-size",
        a_resized_block_is_freed_by_its_last_size);
    g_test_add_func(
        "/backend/refusal-is-null-and-keeps-the-block", refusal_is_null_and_keeps_the_block);
    g_test_add_func("/backend/freeing-keeps-errno", freeing_keeps_errno);
    g_test_add_func("/backend/name-is-constant", name_is_constant);
    return g_test_run();
}
