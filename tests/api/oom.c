/* SPDX-License-Identifier: BSD-3-Clause
 * Out of memory: whatever the handler does, the old block is intact and the count exact. */
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "functions.h"

/* Volatile, so that the compiler does not warn of it. */
static volatile size_t too_much = SIZE_MAX - 1;

/* ---- Default handler ------------------------------------------------------------------------- */

static void fail_by_default(void)
{
    void *ptr = zmalloc(too_much);
    g_assert_null(ptr); /* not reached */
}

static void never_called(size_t size)
{
    g_error("called with %zu after it was replaced", size);
}

static void fail_by_restored_default(void)
{
    zmalloc_set_oom_handler(never_called);
    zmalloc_set_oom_handler(NULL);
    fail_by_default();
}

static void default_dies_by_sigabrt(void)
{
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        fail_by_default();
        _exit(0);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status));
    g_assert_cmpint(WTERMSIG(status), ==, SIGABRT);
}

static void default_prints_and_aborts(void)
{
    static const char *const ways[] = {"/oom/subprocess/default", "/oom/subprocess/restored"};
    char *message =
        g_strdup_printf("*zmalloc: Out of memory trying to allocate %zu bytes\n*", too_much);
    for (size_t i = 0; i < LENGTH(ways); i++) {
        g_test_trap_subprocess(ways[i], 0, 0);
        g_test_trap_assert_failed();
        g_test_trap_assert_stderr(message);
    }
    g_free(message);
}

/* ---- Handlers of the program ----------------------------------------------------------------- */

static unsigned calls;
static size_t asked;
static int seen_errno;

static void return_after_allocating(size_t size)
{
    seen_errno = errno;
    calls++;
    asked = size;
    void *ptr = zmalloc(100); /* to write a report with, say */
    zfree(ptr);
}

static void returning_handler_gives_null(void)
{
    unsigned char *old = zmalloc(1000);
    memset(old, 7, 1000);
    size_t used = zmalloc_used_memory();
    zmalloc_set_oom_handler(return_after_allocating);
    calls = 0;
    errno = 0;
    unsigned char *ptr = zrealloc(old, too_much);
    g_assert_null(ptr);
    g_assert_cmpint(errno, ==, ENOMEM);
    g_assert_cmpint(seen_errno, ==, ENOMEM);
    g_assert_cmpuint(calls, ==, 1);
    g_assert_cmpuint(asked, ==, too_much);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    for (unsigned i = 0; i < 1000; i++)
        g_assert_cmpuint(old[i], ==, 7);
    zfree(old);
    zmalloc_set_oom_handler(NULL);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static jmp_buf out;

static void jump(size_t size)
{
    asked = size;
    longjmp(out, 1);
}

static void jumping_handler_loses_nothing(void)
{
    zmalloc_set_oom_handler(jump);
    unsigned char *volatile old = zmalloc(1000);
    memset(old, 9, 1000);
    volatile size_t used = zmalloc_used_memory();
    for (volatile unsigned i = 0; i < 100; i++) {
        volatile size_t usable = 12345;
        if (setjmp(out) == 0) {
            void *ptr = i % 2 ? zrealloc_usable(old, too_much, (size_t *)&usable)
                              : zmalloc_usable(too_much, (size_t *)&usable);
            g_error("returned %p", ptr);
        }
        g_assert_cmpuint(usable, ==, 0);
        g_assert_cmpuint(asked, ==, too_much);
        g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    }
    for (unsigned i = 0; i < 1000; i++)
        g_assert_cmpuint(old[i], ==, 9);
    zfree(old);
    zmalloc_set_oom_handler(NULL);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void count(size_t size)
{
    calls++;
    asked = size;
}

static void trying_never_calls_the_handler(void)
{
    zmalloc_set_oom_handler(count);
    calls = 0;
    void *old = zmalloc(10);
    for (size_t i = 0; i < LENGTH(makers); i++) {
        if (!makers[i].calls_handler) {
            size_t usable;
            void *ptr = makers[i].make(too_much, &usable);
            g_assert_null(ptr);
        }
    }
    void *ptr = ztryrealloc(old, too_much);
    g_assert_null(ptr);
    g_assert_cmpuint(calls, ==, 0);
    zfree(old);
    zmalloc_set_oom_handler(NULL);
}

/* ---- Handlers set while others fail ---------------------------------------------------------- */

enum { FAILING = 4, FAILURES = 2000 };

static atomic_uint calls_of_one, calls_of_other;

static void one_handler(size_t size)
{
    (void)size;
    atomic_fetch_add(&calls_of_one, 1);
}

static void other_handler(size_t size)
{
    (void)size;
    atomic_fetch_add(&calls_of_other, 1);
}

static void *set_and_fail(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < FAILURES; i++) {
        zmalloc_set_oom_handler(i % 2 ? one_handler : other_handler);
        void *ptr = zmalloc(too_much);
        g_assert_null(ptr);
    }
    return NULL;
}

static void handlers_may_be_set_from_any_thread(void)
{
    pthread_t threads[FAILING];
    zmalloc_set_oom_handler(one_handler);
    for (unsigned i = 0; i < FAILING; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, set_and_fail, NULL), ==, 0);
    for (unsigned i = 0; i < FAILING; i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    g_assert_cmpuint(calls_of_one + calls_of_other, ==, FAILING * FAILURES);
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    zmalloc_set_oom_handler(NULL);
}

/* ---- Real exhaustion ------------------------------------------------------------------------- */

static size_t address_space_in_use(void)
{
    size_t pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    g_assert_nonnull(statm);
    g_assert_cmpint(fscanf(statm, "%zu", &pages), ==, 1);
    fclose(statm);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* A chain of blocks until there is no more; each holds the next and its own size. */
struct link {
    struct link *next;
    size_t size;
};

static void exhaust(size_t block_size)
{
    struct link *chain = NULL;
    unsigned blocks = 0;
    size_t counted = 0;
    calls = 0;
    for (;;) {
        struct link *link = zmalloc(block_size);
        if (link == NULL)
            break;
        memset(link, 0x77, block_size);
        *link = (struct link){.next = chain, .size = block_size};
        chain = link;
        blocks++;
        counted += zmalloc_size(link);
    }
    g_assert_cmpuint(blocks, >, 0);
    g_assert_cmpuint(calls, ==, 1);
    g_assert_cmpuint(asked, ==, block_size);
    g_assert_cmpuint(zmalloc_used_memory(), ==, counted);

    struct link *grown = zrealloc(chain, (size_t)512 << 20);
    g_assert_null(grown);
    g_assert_cmpuint(calls, ==, 2);
    g_assert_cmpuint(chain->size, ==, block_size);
    g_assert_cmpuint(zmalloc_used_memory(), ==, counted);
    grown = ztryrealloc(chain, (size_t)512 << 20);
    g_assert_null(grown);
    g_assert_cmpuint(((unsigned char *)chain)[block_size - 1], ==, 0x77);
    g_assert_cmpuint(zmalloc_used_memory(), ==, counted);

    while (chain != NULL) {
        struct link *next = chain->next;
        g_assert_cmpuint(chain->size, ==, block_size);
        zfree(chain);
        chain = next;
    }
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

static void exhaust_address_space(void)
{
    struct rlimit limit = {.rlim_max = RLIM_INFINITY};
    limit.rlim_cur = address_space_in_use() + ((rlim_t)256 << 20);
    g_assert_cmpint(setrlimit(RLIMIT_AS, &limit), ==, 0);
    zmalloc_set_oom_handler(count);
    exhaust((size_t)1 << 20);
    exhaust(40000);
    exhaust(200);
}

static void exhaustion_keeps_blocks_and_count(void)
{
    if (g_getenv("ZMALLOC_TEST_SANITIZED") != NULL) {
        g_test_skip("the sanitizer has taken the address space that is to run out");
        return;
    }
    if (g_getenv("ZMALLOC_TEST_EMULATED") != NULL) {
        g_test_skip("the emulator does not pass on the limit of the address space");
        return;
    }
    g_test_trap_subprocess("/oom/subprocess/exhaust", 0, 0);
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oom/default-prints-and-aborts", default_prints_and_aborts);
    g_test_add_func("/oom/default-dies-by-sigabrt", default_dies_by_sigabrt);
    g_test_add_func("/oom/subprocess/default", fail_by_default);
    g_test_add_func("/oom/subprocess/restored", fail_by_restored_default);
    g_test_add_func("/oom/returning-handler-gives-null", returning_handler_gives_null);
    g_test_add_func("/oom/jumping-handler-loses-nothing", jumping_handler_loses_nothing);
    g_test_add_func("/oom/trying-never-calls-the-handler", trying_never_calls_the_handler);
    g_test_add_func(
        "/oom/handlers-may-be-set-from-any-thread", handlers_may_be_set_from_any_thread);
    g_test_add_func("/oom/exhaustion-keeps-blocks-and-count", exhaustion_keeps_blocks_and_count);
    g_test_add_func("/oom/subprocess/exhaust", exhaust_address_space);
    return g_test_run();
}
