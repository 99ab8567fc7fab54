/* SPDX-License-Identifier: BSD-3-Clause
 * Where blocks start: at a multiple of alignof(max_align_t), or of what was asked for. */
#include <errno.h>
#include <glib.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "functions.h"

static void check_aligned(const void *ptr, size_t alignment)
{
    g_assert_nonnull(ptr);
    g_assert_cmpuint((uintptr_t)ptr % alignment, ==, 0);
}

/* Several live at once: a block alone may be aligned by chance. */
static void every_block_suits_any_type(void)
{
    void *blocks[LENGTH(makers)][40];
    for (size_t i = 0; i < LENGTH(makers); i++) {
        g_test_message("%s", makers[i].name);
        size_t size = 0;
        for (size_t j = 0; j < LENGTH(blocks[i]); j++, size += size / 3 + 1) {
            blocks[i][j] = makers[i].make(size, NULL);
            check_aligned(blocks[i][j], alignof(max_align_t));
        }
    }
    for (size_t i = 0; i < LENGTH(makers); i++) {
        for (size_t j = 0; j < LENGTH(blocks[i]); j++) {
            blocks[i][j] = resizers[j % LENGTH(resizers)].resize(blocks[i][j], j * 50 + 1, NULL);
            check_aligned(blocks[i][j], alignof(max_align_t));
            zfree(blocks[i][j]);
        }
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void aligned_blocks_are_aligned_and_counted(void)
{
    static const size_t sizes[] = {0, 1, 63, 64, 1000, 4096, 65535, 300000};
    for (size_t alignment = 1; alignment <= 65536; alignment *= 2) {
        void *blocks[LENGTH(sizes)];
        size_t counted = 0;
        for (size_t i = 0; i < LENGTH(sizes); i++) {
            g_test_message("%zu bytes at a multiple of %zu", sizes[i], alignment);
            blocks[i] = zaligned_alloc(alignment, sizes[i]);
            check_aligned(blocks[i], MAX(alignment, alignof(max_align_t)));
            g_assert_cmpuint(zmalloc_size(blocks[i]), >=, sizes[i]);
            memset(blocks[i], 0xff, sizes[i]);
            counted += zmalloc_size(blocks[i]);
            g_assert_cmpuint(zmalloc_used_memory(), ==, counted);
        }
        for (size_t i = 0; i < LENGTH(sizes); i++)
            zfree(blocks[i]);
        g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    }
}

static void aligned_blocks_can_be_resized(void)
{
    for (size_t alignment = 1; alignment <= 65536; alignment *= 2) {
        for (size_t i = 0; i < LENGTH(resizers); i++) {
            unsigned char *ptr = zaligned_alloc(alignment, 100);
            for (unsigned at = 0; at < 100; at++)
                ptr[at] = (unsigned char)at;
            ptr = resizers[i].resize(ptr, 100000, NULL);
            check_aligned(ptr, alignof(max_align_t));
            for (unsigned at = 0; at < 100; at++)
                g_assert_cmpuint(ptr[at], ==, at);
            ptr = resizers[i].resize(ptr, 10, NULL);
            g_assert_cmpuint(ptr[9], ==, 9);
            g_assert_cmpuint(zmalloc_used_memory(), ==, zmalloc_size(ptr));
            zfree(ptr);
            g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
        }
    }
}

static unsigned handler_calls;

static void count_and_return(size_t size)
{
    (void)size;
    handler_calls++;
}

static void a_wrong_alignment_is_einval(void)
{
    static const size_t wrong[] = {0, 3, 5, 6, 7, 24, 4095, 4097, SIZE_MAX, SIZE_MAX - 1};
    zmalloc_set_oom_handler(count_and_return);
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        errno = 0;
        void *ptr = zaligned_alloc(wrong[i], 100);
        g_assert_cmpint(errno, ==, EINVAL);
        g_assert_null(ptr);
    }
    g_assert_cmpuint(handler_calls, ==, 0);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    zmalloc_set_oom_handler(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alignment/every-block-suits-any-type", every_block_suits_any_type);
    g_test_add_func(
        "/alignment/aligned-blocks-are-aligned-and-counted",
        aligned_blocks_are_aligned_and_counted);
    g_test_add_func("/alignment/aligned-blocks-can-be-resized", aligned_blocks_can_be_resized);
    g_test_add_func("/alignment/a-wrong-alignment-is-einval", a_wrong_alignment_is_einval);
    return g_test_run();
}
