/* SPDX-License-Identifier: BSD-3-Clause
 * Memory that is given back to the system: by the allocator, from inside a block, by the C library;
 * against the resident set as the kernel says it. */
#include "allocator.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* qemu's kernel is the host's: pages of the emulator are resident, too, and madvise(2) is a hint that
 * it need not take. valgrind and sanitizers keep what was freed. */
static gboolean cannot_see_pages(void)
{
    if (g_getenv("ZMALLOC_TEST_EMULATED") == NULL)
        return FALSE;
    g_test_skip("an emulator's pages are resident, too");
    return TRUE;
}

/* Below 0 where it fell. */
static double change_since(size_t before)
{
    return (double)resident_set() - (double)before;
}

/* ---- zmalloc_purge() ------------------------------------------------------------------------- */

/* What the C library cannot be asked. */
#ifdef __GLIBC__
#    define LIBC_PURGES TRUE
#else
#    define LIBC_PURGES FALSE
#endif

static gboolean allocator_purges(void)
{
    return !allocator_is("libc") || LIBC_PURGES;
}

static void purge_returns_by_how_much_the_resident_set_fell(void)
{
    if (cannot_see_pages())
        return;
    make_blocks();
    /* Behind them: what lies at the end of the heap, glibc gives back without being asked. */
    void *last = zmalloc(BLOCK_SIZE);
    free_blocks(0, 1);
    struct zmalloc_allocator_stats before = stats_now();
    size_t resident = resident_set();
    errno = EXDEV;
    size_t fell = zmalloc_purge();
    g_assert_cmpint(errno, ==, allocator_purges() ? EXDEV : ENOTSUP);
    double change = change_since(resident);
    struct zmalloc_allocator_stats after = stats_now();
    g_test_message("fell by %zu, change %.0f", fell, change);
    g_assert_cmpfloat((double)fell + change, >=, -(double)SLACK);
    g_assert_cmpfloat((double)fell + change, <=, (double)SLACK);
    if (!allocator_purges())
        g_assert_cmpuint(fell, ==, 0);
    else if (!allocator_is_shadowed())
        g_assert_cmpfloat(change, <=, -0.5 * BLOCKS * BLOCK_SIZE);
    if (after.dirty.state == ZMALLOC_KNOWN) {
        g_assert_cmpuint(before.dirty.value, >=, BLOCKS * BLOCK_SIZE / 2);
        g_assert_cmpuint(after.dirty.value, <=, SLACK);
    }
    if (after.retained.state == ZMALLOC_KNOWN)
        g_assert_cmpuint(after.retained.value, >=, before.retained.value + BLOCKS * BLOCK_SIZE / 2);
    zfree(last);
}

static void purge_empties_the_cache_of_its_thread(void)
{
    void *held[10];
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++)
        held[i] = zmalloc(20000);
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++)
        zfree(held[i]);
    struct zmalloc_allocator_stats before = stats_now();
    zmalloc_purge();
    struct zmalloc_allocator_stats after = stats_now();
    if (before.thread_caches.state != ZMALLOC_KNOWN) {
        g_test_skip("the allocator does not tell what its caches hold");
        return;
    }
    g_assert_cmpuint(before.thread_caches.value, >=, 20000);
    g_assert_cmpuint(after.thread_caches.value, ==, 0);
}

static void purge_keeps_what_is_held(void)
{
    unsigned *held[1000];
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++) {
        held[i] = zmalloc(4096);
        memset(held[i], (int)i, 4096);
        zfree(zmalloc(5000));
    }
    size_t used = zmalloc_used_memory();
    zmalloc_purge();
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++) {
        for (unsigned j = 0; j < 4096; j++)
            g_assert_cmpuint(((unsigned char *)held[i])[j], ==, i % 256);
        zfree(held[i]);
    }
}

static void where_nothing_is_free_purge_returns_next_to_nothing(void)
{
    zmalloc_purge();
    g_assert_cmpuint(zmalloc_purge(), <=, SLACK);
}

/* ---- zmadvise_dontneed() --------------------------------------------------------------------- */

enum { LARGE = 16 * MIB };

static void whole_pages_inside_a_block_are_given_back_and_nothing_else(void)
{
    if (cannot_see_pages())
        return;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    /* Neighbours of its size: on either side, wherever the allocator puts them. */
    unsigned char *before = zmalloc(LARGE), *block = zmalloc(LARGE), *after = zmalloc(LARGE);
    memset(before, 1, LARGE);
    memset(block, 2, LARGE);
    memset(after, 3, LARGE);
    size_t used = zmalloc_used_memory();
    size_t resident = resident_set();
    errno = EXDEV;
    zmadvise_dontneed(block);
    g_assert_cmpint(errno, ==, EXDEV);
    double change = change_since(resident);
    g_assert_cmpfloat(change, <=, SLACK - (double)LARGE);
    g_assert_cmpfloat(change, >=, -(double)LARGE - SLACK);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    for (size_t i = 0; i < LARGE; i++) {
        size_t begin = ((size_t)block + i) & ~(page - 1);
        gboolean whole =
            begin >= (size_t)block && begin + page <= (size_t)block + zmalloc_usable_size(block);
        if (block[i] != (whole ? 0 : 2))
            g_error("byte %zu of the block is %u", i, block[i]);
        if (before[i] != 1 || after[i] != 3)
            g_error("byte %zu of a neighbour is %u or %u", i, before[i], after[i]);
    }
    memset(block, 4, LARGE); /* it is still one to write to */
    zfree(block);
    zfree(before);
    zfree(after);
}

static void a_block_without_a_whole_page_stays_as_it_is(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t sizes[] = {0, 1, 64, 1000, page - 1};
    errno = EXDEV;
    zmadvise_dontneed(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        unsigned char *blocks_of_size[50];
        for (unsigned j = 0; j < G_N_ELEMENTS(blocks_of_size); j++) {
            blocks_of_size[j] = zmalloc(sizes[i]);
            memset(blocks_of_size[j], 5, sizes[i]);
        }
        for (unsigned j = 0; j < G_N_ELEMENTS(blocks_of_size); j++) {
            if (zmalloc_usable_size(blocks_of_size[j]) < page)
                zmadvise_dontneed(blocks_of_size[j]);
        }
        for (unsigned j = 0; j < G_N_ELEMENTS(blocks_of_size); j++) {
            if (zmalloc_usable_size(blocks_of_size[j]) < page) {
                for (size_t k = 0; k < sizes[i]; k++)
                    g_assert_cmpuint(blocks_of_size[j][k], ==, 5);
            }
            zfree(blocks_of_size[j]);
        }
    }
    g_assert_cmpint(errno, ==, EXDEV);
}

/* What it is for: the child of a fork() drops what only its parent goes on using. */
static void a_child_gives_back_its_copy_alone(void)
{
    unsigned char *block = zmalloc(LARGE);
    memset(block, 6, LARGE);
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        zmadvise_dontneed(block);
        zfree(block);
        _exit(0);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
    for (size_t i = 0; i < LARGE; i++)
        g_assert_cmpuint(block[i], ==, 6);
    zfree(block);
}

/* ---- zlibc_trim() ---------------------------------------------------------------------------- */

static void trim_gives_back_what_the_c_library_holds(void)
{
    errno = EXDEV;
    zlibc_trim();
    g_assert_cmpint(errno, ==, EXDEV);
    if (!LIBC_PURGES || g_getenv("ZMALLOC_TEST_SHADOWED") != NULL) {
        g_test_skip("not glibc's malloc()");
        return;
    }
    if (cannot_see_pages())
        return;
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK_SIZE);
        *(volatile unsigned *)blocks[i] = i;
    }
    void *volatile last = malloc(BLOCK_SIZE);
    for (unsigned i = 0; i < BLOCKS; i++)
        free(blocks[i]);
    size_t resident = resident_set();
    errno = EXDEV;
    zlibc_trim();
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpfloat(change_since(resident), <=, -0.9 * BLOCKS * BLOCK_SIZE);
    free(last);
}

/* ---- zmalloc_background_thread() -------------------------------------------------------------- */

/* Those of jemalloc, by the name that it gives them: a sanitizer has threads of its own. */
static unsigned background_threads(void)
{
    unsigned threads = 0;
    DIR *directory = opendir("/proc/self/task");
    if (directory == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[300], name[32] = "";
        snprintf(path, sizeof(path), "/proc/self/task/%s/comm", entry->d_name);
        FILE *file = fopen(path, "r");
        if (file == NULL) /* no thread, or one no longer */
            continue;
        threads += fgets(name, sizeof(name), file) != NULL && g_str_has_prefix(name, "jemalloc_bg");
        fclose(file);
    }
    closedir(directory);
    return threads;
}

/* A thread takes its name when it first runs, and the kernel lists it for a moment after it was
 * joined. The alarm ends a wait in vain. */
static void wait_until_there_is_one(gboolean one)
{
    while ((background_threads() > 0) != one)
        sched_yield();
}

/* 0, or the number of the step that failed. */
static int steps_with_a_thread(void)
{
    errno = EXDEV;
    if (zmalloc_background_thread(1) != 0 || zmalloc_background_thread(2) != 0 || errno != EXDEV)
        return 1;
    wait_until_there_is_one(TRUE);
    zfree(zmalloc(100000));
    pid_t child = fork(); /* has no such thread, and goes on without */
    if (child == 0) {
        alarm(60);
        zfree(zmalloc(100000));
        zmalloc_purge();
        if (background_threads() != 0)
            _exit(1);
        _exit(zmalloc_background_thread(0) == 0 ? 0 : 2);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return 2;
    errno = EXDEV;
    if (zmalloc_background_thread(0) != 0 || zmalloc_background_thread(0) != 0 || errno != EXDEV)
        return 3;
    wait_until_there_is_one(FALSE);
    return 0;
}

static void there_is_a_thread_from_on_to_off_where_there_can_be_one(void)
{
    if (!allocator_is("jemalloc")) {
        for (int on = 0; on < 2; on++) {
            errno = 0;
            g_assert_cmpint(zmalloc_background_thread(on), ==, -1);
            g_assert_cmpint(errno, ==, ENOTSUP);
        }
        return;
    }
    /* A private jemalloc finds the C library's pthread_create() behind that of ThreadSanitizer, which
     * ends the process when a thread is joined that it has not seen begin. */
    if (g_getenv("ZMALLOC_TEST_SANITIZED") != NULL) {
        g_test_skip("a thread that a sanitizer does not see");
        return;
    }
    pid_t child = fork(); /* or the tests after this one had a thread that came and went */
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        alarm(60);
        _exit(steps_with_a_thread());
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

#define ADD(name, function) g_test_add_func("/purge/" name, function)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("purge-returns-by-how-much-the-resident-set-fell",
        purge_returns_by_how_much_the_resident_set_fell);
    ADD("purge-empties-the-cache-of-its-thread", purge_empties_the_cache_of_its_thread);
    ADD("purge-keeps-what-is-held", purge_keeps_what_is_held);
    ADD("where-nothing-is-free-purge-returns-next-to-nothing",
        where_nothing_is_free_purge_returns_next_to_nothing);
    ADD("whole-pages-inside-a-block-are-given-back-and-nothing-else",
        whole_pages_inside_a_block_are_given_back_and_nothing_else);
    ADD("a-block-without-a-whole-page-stays-as-it-is", a_block_without_a_whole_page_stays_as_it_is);
    ADD("a-child-gives-back-its-copy-alone", a_child_gives_back_its_copy_alone);
    ADD("trim-gives-back-what-the-c-library-holds", trim_gives_back_what_the_c_library_holds);
    ADD("there-is-a-thread-from-on-to-off-where-there-can-be-one",
        there_is_a_thread_from_on_to_off_where_there_can_be_one);
    return g_test_run();
}
