/* SPDX-License-Identifier: BSD-3-Clause
 * alloc.c on a backend that checks what it is promised: what reaches it, what does not, and what
 * becomes of a refusal. */
#include <errno.h>
#include <glib.h>
#include <stdint.h>

#include <zmalloc.h>

#include "backend/backend.h"

struct stub stub;

static unsigned handled;
static size_t handled_size;

static void note(size_t size)
{
    handled++;
    handled_size = size;
}

static void expect_nothing_yet(void)
{
    zmalloc_set_oom_handler(note);
    stub = (struct stub){0};
    handled = 0;
    handled_size = 12345;
    errno = 0;
}

/* A call that failed; reached: whether the backend was asked. */
static void check_failed(const void *result, bool calls_handler, size_t size, bool reached)
{
    int error = errno;
    g_assert_null(result);
    g_assert_cmpint(error, ==, ENOMEM);
    g_assert_cmpuint(handled, ==, calls_handler ? 1 : 0);
    g_assert_cmpuint(handled_size, ==, calls_handler ? size : 12345);
    g_assert_cmpuint(stub.calls, ==, reached ? 1 : 0);
}

/* Not constants, so that the compiler does not warn of them. */
static volatile size_t too_large[] = {(size_t)PTRDIFF_MAX + 1, SIZE_MAX - 16, SIZE_MAX};

static void what_is_too_large_never_reaches_the_backend(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(too_large); i++) {
        size_t size = too_large[i], usable = 1;
        void *ptr;
        expect_nothing_yet();
        ptr = zmalloc(size);
        check_failed(ptr, true, size, false);
        expect_nothing_yet();
        ptr = zcalloc(size);
        check_failed(ptr, true, size, false);
        expect_nothing_yet();
        ptr = ztrymalloc_usable(size, &usable);
        check_failed(ptr, false, size, false);
        g_assert_cmpuint(usable, ==, 0);
        expect_nothing_yet();
        ptr = ztrycalloc(size);
        check_failed(ptr, false, size, false);
        expect_nothing_yet();
        ptr = zaligned_alloc(64, size);
        check_failed(ptr, true, size, false);
        expect_nothing_yet();
        ptr = zrealloc(NULL, size);
        check_failed(ptr, true, size, false);
    }
    volatile size_t alignment = (size_t)PTRDIFF_MAX + 1, most = PTRDIFF_MAX - 63,
                    half = SIZE_MAX / 2;
    expect_nothing_yet();
    void *ptr = zaligned_alloc(alignment, 1);
    check_failed(ptr, true, 1, false);
    expect_nothing_yet();
    ptr = zaligned_alloc(64, most);
    check_failed(ptr, true, most, false);
    expect_nothing_yet();
    ptr = zcalloc_num(half, 3);
    check_failed(ptr, true, SIZE_MAX, false);
}

static void a_block_that_cannot_grow_is_left_alone(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(too_large); i++) {
        size_t size = too_large[i], usable = 1;
        expect_nothing_yet();
        char *volatile old = zmalloc(10);
        old[9] = 'x';
        size_t used = zmalloc_used_memory();
        stub.calls = 0;
        void *ptr = zrealloc(old, size);
        check_failed(ptr, true, size, false);
        handled = 0;
        handled_size = 12345;
        ptr = ztryrealloc_usable(old, size, &usable);
        check_failed(ptr, false, size, false);
        g_assert_cmpuint(usable, ==, 0);
        stub.refuses = true;
        ptr = zrealloc(old, 20);
        check_failed(ptr, true, 20, true);
        stub.refuses = false;
        g_assert_cmpuint(zmalloc_used_memory(), ==, used);
        g_assert_cmpint(old[9], ==, 'x');
        zfree(old);
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void a_refusal_tells_the_handler_what_was_asked_for(void)
{
    size_t usable = 1;
    void *ptr;
    expect_nothing_yet();
    stub.refuses = true;
    ptr = zmalloc(0);
    check_failed(ptr, true, 0, true);
    expect_nothing_yet();
    stub.refuses = true;
    ptr = zcalloc_num(3, 7);
    check_failed(ptr, true, 21, true);
    expect_nothing_yet();
    stub.refuses = true;
    ptr = zmalloc_usable(5, &usable);
    check_failed(ptr, true, 5, true);
    g_assert_cmpuint(usable, ==, 0);
    expect_nothing_yet();
    stub.refuses = true;
    ptr = zaligned_alloc(4096, 9);
    check_failed(ptr, true, 9, true);
    expect_nothing_yet();
    stub.refuses = true;
    ptr = ztrymalloc(5);
    check_failed(ptr, false, 5, true);
    stub.refuses = false;
}

static void the_backend_gets_what_was_asked_for(void)
{
    size_t usable = 0;
    expect_nothing_yet();
    void *ptr = zmalloc(0);
    g_assert_cmpuint(stub.size, ==, 0);
    ptr = zrealloc_usable(ptr, 33, &usable);
    g_assert_cmpuint(stub.size, ==, 33);
    g_assert_cmpuint(usable, ==, 40);
    zfree_sized(ptr, 33);
    g_assert_cmpuint(stub.size, ==, 33);
    for (size_t alignment = 1; alignment <= 256; alignment *= 2) {
        ptr = zaligned_alloc(alignment, 10);
        g_assert_cmpuint(stub.alignment, ==, MAX(alignment, _Alignof(max_align_t)));
        zfree_usable(ptr, &usable);
        g_assert_cmpuint(usable, ==, 17);
    }
    g_assert_cmpuint(handled, ==, 0);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void null_and_wrong_alignments_never_reach_the_backend(void)
{
    static volatile size_t wrong[] = {0, 3, 24, SIZE_MAX};
    size_t usable = 1;
    expect_nothing_yet();
    zfree(NULL);
    zfree_sized(NULL, 5);
    zfree_usable(NULL, &usable);
    g_assert_cmpuint(usable, ==, 0);
    g_assert_cmpuint(zmalloc_size(NULL), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        errno = 0;
        void *ptr = zaligned_alloc(wrong[i], 10);
        int error = errno;
        g_assert_null(ptr);
        g_assert_cmpint(error, ==, EINVAL);
    }
    g_assert_cmpuint(stub.calls, ==, 0);
    g_assert_cmpuint(handled, ==, 0);
}

static void resizing_to_nothing_frees(void)
{
    size_t usable = 1;
    expect_nothing_yet();
    void *ptr = zrealloc(zmalloc(10), 0);
    g_assert_null(ptr);
    ptr = ztryrealloc_usable(zmalloc(10), 0, &usable);
    g_assert_null(ptr);
    g_assert_cmpuint(usable, ==, 0);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    g_assert_cmpuint(handled, ==, 0);
    g_assert_cmpint(errno, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/alloc/what-is-too-large-never-reaches-the-backend",
        what_is_too_large_never_reaches_the_backend);
    g_test_add_func(
        "/alloc/a-block-that-cannot-grow-is-left-alone", a_block_that_cannot_grow_is_left_alone);
    g_test_add_func(
        "/alloc/a-refusal-tells-the-handler-what-was-asked-for",
        a_refusal_tells_the_handler_what_was_asked_for);
    g_test_add_func(
        "/alloc/the-backend-gets-what-was-asked-for", the_backend_gets_what_was_asked_for);
    g_test_add_func(
        "/alloc/null-and-wrong-alignments-never-reach-the-backend",
        null_and_wrong_alignments_never_reach_the_backend);
    g_test_add_func("/alloc/resizing-to-nothing-frees", resizing_to_nothing_frees);
    return g_test_run();
}
