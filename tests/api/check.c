/* SPDX-License-Identifier: BSD-3-Clause
 * zmalloc_check() on the allocator of this cell, which it proves, alone and among other threads. */
#include <dlfcn.h>
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zmalloc.h>

enum { CHECKERS = 3, CHECKS = 200, FEW_CHECKS = 2 };

/* The C library's own counter is glibc's alone, and no use where valgrind or a sanitizer stands in
 * the place of its allocator. */
static bool can_prove(void)
{
#ifdef __GLIBC__
    bool libc_counts = g_getenv("ZMALLOC_TEST_SHADOWED") == NULL;
#else
    bool libc_counts = false;
#endif
    return libc_counts || strcmp(ZMALLOC_LIB, "libc") != 0;
}

static void check_answer(int answer, const char *report)
{
    if (can_prove() && answer != 0)
        g_error("%d: %s", answer, report);
    if (answer == ZMALLOC_CHECK_MISMATCH)
        g_error("%s", report);
}

static void proves_the_allocator_of_this_cell(void)
{
    char report[4096];
    void *block = zmalloc(100);
    size_t used = zmalloc_used_memory();
    int answer = zmalloc_check(report, sizeof(report));
    g_test_message("%d: %s", answer, report);
    check_answer(answer, report);
    g_assert_true(g_str_has_prefix(report, ZMALLOC_LIB));
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    zfree(block);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void names_who_gives_malloc(void)
{
    char report[4096];
    Dl_info info;
    g_assert_cmpint(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &info), !=, 0);
    zmalloc_check(report, sizeof(report));
    char *ending = g_strconcat("; malloc() and free() are those of ", info.dli_fname, NULL);
    g_assert_true(g_str_has_suffix(report, ending));
    g_free(ending);
}

static void needs_no_room_for_the_report(void)
{
    char report[3] = "##";
    errno = EXDEV;
    check_answer(zmalloc_check(NULL, 0), "(none)");
    check_answer(zmalloc_check(report, 0), "(none)");
    g_assert_cmpstr(report, ==, "##");
    check_answer(zmalloc_check(report, 2), "(cut)");
    g_assert_cmpint(report[0], ==, ZMALLOC_LIB[0]);
    g_assert_cmpint(report[1], ==, '\0');
    g_assert_cmpint(errno, ==, EXDEV);
}

static atomic_bool done;

/* Blocks of all sizes, so that what threads share moves, too. */
static void *churn(void *unused)
{
    for (size_t i = 0; !atomic_load(&done); i++) {
        void *volatile theirs = malloc(i * 977 % 200000);
        zfree(zmalloc(i * 911 % 200000));
        free(theirs);
    }
    return unused;
}

/* Whether threads leave the C library's counter alone for long enough is up to them. */
static void *check_often(void *unused)
{
    char report[4096];
    bool slow = g_getenv("ZMALLOC_TEST_ONE_AT_A_TIME") != NULL;
    unsigned checks = slow ? FEW_CHECKS : CHECKS;
    for (unsigned i = 0; i < checks; i++) {
        int answer = zmalloc_check(report, sizeof(report));
        if (answer == ZMALLOC_CHECK_MISMATCH || (answer != 0 && strcmp(ZMALLOC_LIB, "libc") != 0))
            g_error("%d: %s", answer, report);
    }
    return unused;
}

static void sees_no_mismatch_among_other_threads(void)
{
    pthread_t churner, checkers[CHECKERS];
    atomic_store(&done, false);
    g_assert_cmpint(pthread_create(&churner, NULL, churn, NULL), ==, 0);
    for (unsigned i = 0; i < CHECKERS; i++)
        g_assert_cmpint(pthread_create(&checkers[i], NULL, check_often, NULL), ==, 0);
    for (unsigned i = 0; i < CHECKERS; i++)
        g_assert_cmpint(pthread_join(checkers[i], NULL), ==, 0);
    atomic_store(&done, true);
    g_assert_cmpint(pthread_join(churner, NULL), ==, 0);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/proves-the-allocator-of-this-cell", proves_the_allocator_of_this_cell);
    g_test_add_func("/check/names-who-gives-malloc", names_who_gives_malloc);
    g_test_add_func("/check/needs-no-room-for-the-report", needs_no_room_for_the_report);
    g_test_add_func(
        "/check/sees-no-mismatch-among-other-threads", sees_no_mismatch_among_other_threads);
    return g_test_run();
}
