/* SPDX-License-Identifier: BSD-3-Clause
 * The contract of backend/backend.h, which every allocator keeps. */
#include "backend/backend.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

static const size_t sizes[] = {1, 8, 15, 16, 17, 100, 1000, 4096, 5000, 65536, 1 << 20, 5 << 20};

static void check_block(void *ptr, size_t size, size_t alignment)
{
    g_assert_nonnull(ptr);
    g_assert_cmpuint((uintptr_t)ptr % alignment, ==, 0);
    size_t usable = backend_usable_size(ptr);
    g_assert_cmpuint(usable, >=, size);
    g_assert_cmpuint(backend_counted_size(ptr, usable), >=, usable);
    memset(ptr, 0xff, size);
    g_assert_cmpuint(backend_usable_size(ptr), ==, usable);
}

static void blocks_are_aligned_and_as_large_as_asked(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        void *ptr = backend_malloc(sizes[i]);
        check_block(ptr, sizes[i], _Alignof(max_align_t));
        backend_free(ptr);
        ptr = backend_calloc(sizes[i]);
        for (size_t at = 0; at < sizes[i]; at++)
            g_assert_cmpuint(((unsigned char *)ptr)[at], ==, 0);
        check_block(ptr, sizes[i], _Alignof(max_align_t));
        backend_free_sized(ptr, backend_usable_size(ptr));
    }
}

static void aligned_blocks_are_aligned(void)
{
    for (size_t alignment = _Alignof(max_align_t); alignment <= 1 << 20; alignment *= 2) {
        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
            void *ptr = backend_aligned_alloc(alignment, sizes[i]);
            check_block(ptr, sizes[i], alignment);
            backend_free(ptr);
        }
    }
}

static void resizing_keeps_the_common_bytes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(sizes); j++) {
            unsigned char *ptr = backend_malloc(sizes[i]);
            for (size_t at = 0; at < sizes[i]; at++)
                ptr[at] = (unsigned char)(at * 3);
            ptr = backend_realloc(ptr, sizes[j]);
            for (size_t at = 0; at < MIN(sizes[i], sizes[j]); at++)
                g_assert_cmpuint(ptr[at], ==, (unsigned char)(at * 3));
            check_block(ptr, sizes[j], _Alignof(max_align_t));
            backend_free(ptr);
        }
    }
}

static void refusal_is_null_and_keeps_the_block(void)
{
    size_t most = PTRDIFF_MAX;
    void *ptr = backend_malloc(most);
    g_assert_null(ptr);
    ptr = backend_calloc(most);
    g_assert_null(ptr);
    ptr = backend_aligned_alloc(4096, most - 4096);
    g_assert_null(ptr);
    unsigned char *volatile old = backend_malloc(100); /* gcc holds it freed by realloc() */
    memset(old, 3, 100);
    ptr = backend_realloc(old, most);
    g_assert_null(ptr);
    for (unsigned i = 0; i < 100; i++)
        g_assert_cmpuint(old[i], ==, 3);
    backend_free(old);
}

static void free_keeps_errno_where_it_says_so(void)
{
    if (!BACKEND_FREE_KEEPS_ERRNO) {
        g_test_message("this backend does not say so, and alloc.c saves errno around it");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        void *ptr = backend_malloc(sizes[i]);
        errno = EXDEV;
        backend_free(ptr);
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
    g_test_add_func(
        "/backend/blocks-are-aligned-and-as-large-as-asked",
        blocks_are_aligned_and_as_large_as_asked);
    g_test_add_func("/backend/aligned-blocks-are-aligned", aligned_blocks_are_aligned);
    g_test_add_func("/backend/resizing-keeps-the-common-bytes", resizing_keeps_the_common_bytes);
    g_test_add_func(
        "/backend/refusal-is-null-and-keeps-the-block", refusal_is_null_and_keeps_the_block);
    g_test_add_func(
        "/backend/free-keeps-errno-where-it-says-so", free_keeps_errno_where_it_says_so);
    g_test_add_func("/backend/name-is-constant", name_is_constant);
    return g_test_run();
}
