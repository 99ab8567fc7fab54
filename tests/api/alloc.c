/* SPDX-License-Identifier: BSD-3-Clause
 * Allocate, reallocate, free: what each function does with every size and pointer it may be given,
 * hostile ones included. */
#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "../address-space.h"
#include "functions.h"

/* Sizes that no allocator grants. In an array, so that the compiler does not warn of them. */
static const size_t refused_sizes[] = {
    (size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX + 1,
    SIZE_MAX - 64,       SIZE_MAX - 16,
    SIZE_MAX - 15,       SIZE_MAX - 7,
    SIZE_MAX - 1,        SIZE_MAX,
};

static unsigned handler_calls;
static size_t handler_size;

static void count_and_return(size_t size)
{
    handler_calls++;
    handler_size = size;
}

/* Between a call that must fail and the check of all that a failure promises. */
static size_t used_before;

static void expect_failure(void)
{
    zmalloc_set_oom_handler(count_and_return);
    handler_calls = 0;
    used_before = zmalloc_used_memory();
    errno = 0;
}

static void check_failure(const void *result, bool calls_handler, size_t size)
{
    int error = errno;
    g_assert_null(result);
    g_assert_cmpint(error, ==, ENOMEM);
    g_assert_cmpuint(handler_calls, ==, calls_handler ? 1 : 0);
    if (calls_handler)
        g_assert_cmpuint(handler_size, ==, size);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used_before);
    zmalloc_set_oom_handler(NULL);
}

/* ---- Allocation ------------------------------------------------------------------------------ */

static void zero_size_gives_a_unique_counted_block(void)
{
    void *blocks[LENGTH(makers)];
    size_t counted = 0;
    for (size_t i = 0; i < LENGTH(makers); i++) {
        g_test_message("%s", makers[i].name);
        blocks[i] = makers[i].make(0, NULL);
        g_assert_nonnull(blocks[i]);
        for (size_t j = 0; j < i; j++)
            g_assert_true(blocks[i] != blocks[j]);
        g_assert_cmpuint(zmalloc_size(blocks[i]), >, 0);
        counted += zmalloc_size(blocks[i]);
        g_assert_cmpuint(zmalloc_used_memory(), ==, counted);
    }
    for (size_t i = 0; i < LENGTH(makers); i++)
        zfree(blocks[i]);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void a_zero_factor_is_size_zero(void)
{
    size_t factors[][2] = {{0, 0}, {0, 8}, {8, 0}, {0, SIZE_MAX}, {SIZE_MAX, 0}};
    zmalloc_set_oom_handler(count_and_return);
    handler_calls = 0;
    for (size_t i = 0; i < LENGTH(factors); i++) {
        void *ptr = zcalloc_num(factors[i][0], factors[i][1]);
        g_assert_nonnull(ptr);
        zfree(ptr);
    }
    g_assert_cmpuint(handler_calls, ==, 0);
    zmalloc_set_oom_handler(NULL);
}

static void every_size_is_counted_and_freed_to_zero(void)
{
    for (size_t i = 0; i < LENGTH(makers); i++) {
        for (size_t j = 0; j < LENGTH(releasers); j++) {
            if (makers[i].aligned && releasers[j].release == release_with_zfree_sized)
                continue;
            g_test_message("%s, %s", makers[i].name, releasers[j].name);
            for (size_t size = 0; size < (size_t)8 << 20; size += size / 3 + 1) {
                unsigned char *ptr = makers[i].make(size, NULL);
                g_assert_nonnull(ptr);
                g_assert_cmpuint(zmalloc_size(ptr), >=, size);
                g_assert_cmpuint(zmalloc_used_memory(), ==, zmalloc_size(ptr));
                memset(ptr, 0xff, size);
                releasers[j].release(ptr, size);
                g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
            }
        }
    }
}

static void zeroed_blocks_are_zero_in_recycled_memory(void)
{
    for (size_t i = 0; i < LENGTH(makers); i++) {
        if (!makers[i].zeroed)
            continue;
        g_test_message("%s", makers[i].name);
        for (size_t size = 1; size < (size_t)1 << 20; size += size / 2 + 1) {
            void *dirty = zmalloc(size);
            memset(dirty, 0xa5, size);
            zfree(dirty);
            unsigned char *ptr = makers[i].make(size, NULL);
            for (size_t at = 0; at < size; at++)
                g_assert_cmpuint(ptr[at], ==, 0);
            zfree(ptr);
        }
    }
}

static void hostile_sizes_fail_and_nothing_is_lost(void)
{
    for (size_t i = 0; i < LENGTH(makers); i++) {
        for (size_t j = 0; j < LENGTH(refused_sizes); j++) {
            g_test_message("%s(%zu)", makers[i].name, refused_sizes[j]);
            size_t usable = 12345;
            expect_failure();
            void *ptr = makers[i].make(refused_sizes[j], &usable);
            check_failure(ptr, makers[i].calls_handler, refused_sizes[j]);
            g_assert_cmpuint(usable, ==, makers[i].tells_usable ? 0 : 12345);
        }
    }
}

static void products_that_overflow_fail(void)
{
    size_t half = (size_t)1 << (sizeof(size_t) * 4);
    size_t factors[][2] = {{half, half},         {SIZE_MAX, 2},         {2, SIZE_MAX},
                           {SIZE_MAX, SIZE_MAX}, {SIZE_MAX / 2 + 1, 2}, {3, SIZE_MAX / 2},
                           {SIZE_MAX / 3, 4}};
    for (size_t i = 0; i < LENGTH(factors); i++) {
        expect_failure();
        void *ptr = zcalloc_num(factors[i][0], factors[i][1]);
        check_failure(ptr, true, SIZE_MAX);
    }
    expect_failure();
    void *ptr = zcalloc_num(SIZE_MAX / 4, 2);
    check_failure(ptr, true, SIZE_MAX / 4 * 2);
}

static void aligned_blocks_with_hostile_sizes_fail(void)
{
    for (size_t alignment = 1; alignment != 0; alignment <<= 1) {
        for (size_t j = 0; j < LENGTH(refused_sizes); j++) {
            expect_failure();
            void *ptr = zaligned_alloc(alignment, refused_sizes[j]);
            check_failure(ptr, true, refused_sizes[j]);
        }
    }
    volatile size_t alignment = (size_t)PTRDIFF_MAX + 1; /* clang would warn of it */
    expect_failure();
    void *ptr = zaligned_alloc(alignment, 1);
    check_failure(ptr, true, 1);
}

/* ---- Reallocation ---------------------------------------------------------------------------- */

static void resizing_keeps_the_common_bytes_and_the_count(void)
{
    for (size_t i = 0; i < LENGTH(resizers); i++) {
        g_test_message("%s", resizers[i].name);
        size_t size = 1;
        unsigned char *ptr = resizers[i].resize(NULL, size, NULL);
        ptr[0] = 1;
        for (unsigned step = 0; step < 2000; step++) {
            size_t wanted = (size_t)g_test_rand_int_range(1, step % 50 == 0 ? 1 << 20 : 5000);
            ptr = resizers[i].resize(ptr, wanted, NULL);
            g_assert_nonnull(ptr);
            g_assert_cmpuint(zmalloc_used_memory(), ==, zmalloc_size(ptr));
            for (size_t at = 0; at < MIN(size, wanted); at++)
                g_assert_cmpuint(ptr[at], ==, (unsigned char)(at * 7 + 1));
            for (size_t at = size; at < wanted; at++)
                ptr[at] = (unsigned char)(at * 7 + 1);
            size = wanted;
        }
        zfree(ptr);
        g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    }
}

static void size_zero_frees_without_the_handler(void)
{
    for (size_t i = 0; i < LENGTH(resizers); i++) {
        g_test_message("%s", resizers[i].name);
        size_t usable = 12345;
        zmalloc_set_oom_handler(count_and_return);
        handler_calls = 0;
        void *ptr = zmalloc(100);
        void *result = resizers[i].resize(ptr, 0, &usable);
        g_assert_null(result);
        g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
        g_assert_cmpuint(handler_calls, ==, 0);
        g_assert_cmpuint(usable, ==, resizers[i].tells_usable ? 0 : 12345);
        zmalloc_set_oom_handler(NULL);
    }
}

static void failed_growth_keeps_the_old_block(void)
{
    static const size_t sizes[] = {1, 100, 5000, 3 << 20};
    for (size_t i = 0; i < LENGTH(resizers); i++) {
        for (size_t s = 0; s < LENGTH(sizes); s++) {
            for (size_t j = 0; j < LENGTH(refused_sizes); j++) {
                for (int aligned = 0; aligned < 2; aligned++) {
                    g_test_message("%s: %zu to %zu", resizers[i].name, sizes[s], refused_sizes[j]);
                    unsigned char *old =
                        aligned ? zaligned_alloc(4096, sizes[s]) : zmalloc(sizes[s]);
                    memset(old, 0x5a, sizes[s]);
                    size_t usable = 12345;
                    expect_failure();
                    void *ptr = resizers[i].resize(old, refused_sizes[j], &usable);
                    check_failure(ptr, resizers[i].calls_handler, refused_sizes[j]);
                    g_assert_cmpuint(usable, ==, resizers[i].tells_usable ? 0 : 12345);
                    g_assert_cmpuint(zmalloc_used_memory(), ==, zmalloc_size(old));
                    for (size_t at = 0; at < sizes[s]; at++)
                        g_assert_cmpuint(old[at], ==, 0x5a);
                    zfree(old);
                }
            }
        }
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

/* ---- Freeing --------------------------------------------------------------------------------- */

static void null_is_taken_everywhere(void)
{
    size_t usable = 12345;
    zfree(NULL);
    zfree_sized(NULL, 0);
    zfree_sized(NULL, 100);
    zfree_usable(NULL, NULL);
    zfree_usable(NULL, &usable);
    g_assert_cmpuint(usable, ==, 0);
    g_assert_cmpuint(zmalloc_size(NULL), ==, 0);
    for (size_t i = 0; i < LENGTH(resizers); i++) {
        usable = 12345;
        void *ptr = resizers[i].resize(NULL, 0, &usable);
        g_assert_nonnull(ptr);
        if (resizers[i].tells_usable)
            g_assert_cmpuint(usable, >=, 0);
        zfree_usable(ptr, NULL);
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void freeing_keeps_errno(void)
{
    for (size_t i = 0; i < LENGTH(releasers); i++) {
        for (size_t size = 1; size <= (size_t)64 << 20; size *= 4) {
            void *ptr = zmalloc(size);
            errno = EXDEV;
            releasers[i].release(ptr, size);
            g_assert_cmpint(errno, ==, EXDEV);
        }
    }
    void *ptr = zmalloc(1);
    errno = EXDEV;
    ptr = zrealloc(ptr, 0);
    g_assert_null(ptr);
    g_assert_cmpint(errno, ==, EXDEV);
}

/* ---- Usable size ----------------------------------------------------------------------------- */

static void usable_bytes_may_all_be_written(void)
{
    for (size_t i = 0; i < LENGTH(makers); i++) {
        if (!makers[i].tells_usable)
            continue;
        g_test_message("%s", makers[i].name);
        for (size_t size = 0; size < (size_t)1 << 20; size += size / 4 + 1) {
            size_t usable = 12345, freed_usable = 54321;
            unsigned char *ptr = makers[i].make(size, &usable);
            g_assert_cmpuint(usable, >=, MAX(size, 1));
            g_assert_cmpuint(zmalloc_size(ptr), >=, usable);
            if (makers[i].zeroed) {
                for (size_t at = 0; at < size; at++)
                    g_assert_cmpuint(ptr[at], ==, 0);
            }
            memset(ptr, 0xff, usable);
            size_t new_usable = 12345;
            ptr = zrealloc_usable(ptr, size + 1, &new_usable);
            g_assert_cmpuint(new_usable, >=, size + 1);
            memset(ptr, 0xff, new_usable);
            zfree_usable(ptr, &freed_usable);
            g_assert_cmpuint(freed_usable, ==, new_usable);
        }
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    leave_no_room_for_ptrdiff_max();
    g_test_add_func(
        "/alloc/zero-size-gives-a-unique-counted-block", zero_size_gives_a_unique_counted_block);
    g_test_add_func("/alloc/a-zero-factor-is-size-zero", a_zero_factor_is_size_zero);
    g_test_add_func(
        "/alloc/every-size-is-counted-and-freed-to-zero", every_size_is_counted_and_freed_to_zero);
    g_test_add_func(
        "/alloc/zeroed-blocks-are-zero-in-recycled-memory",
        zeroed_blocks_are_zero_in_recycled_memory);
    g_test_add_func(
        "/alloc/hostile-sizes-fail-and-nothing-is-lost", hostile_sizes_fail_and_nothing_is_lost);
    g_test_add_func("/alloc/products-that-overflow-fail", products_that_overflow_fail);
    g_test_add_func(
        "/alloc/aligned-blocks-with-hostile-sizes-fail", aligned_blocks_with_hostile_sizes_fail);
    g_test_add_func(
        "/realloc/keeps-the-common-bytes-and-the-count",
        resizing_keeps_the_common_bytes_and_the_count);
    g_test_add_func(
        "/realloc/size-zero-frees-without-the-handler", size_zero_frees_without_the_handler);
    g_test_add_func(
        "/realloc/failed-growth-keeps-the-old-block", failed_growth_keeps_the_old_block);
    g_test_add_func("/free/null-is-taken-everywhere", null_is_taken_everywhere);
    g_test_add_func("/free/keeps-errno", freeing_keeps_errno);
    g_test_add_func("/usable/all-bytes-may-be-written", usable_bytes_may_all_be_written);
    return g_test_run();
}
