/* SPDX-License-Identifier: BSD-3-Clause
 * The allocator's figures, against what the test itself has done. */
#include "allocator.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ---- Which figures there are ----------------------------------------------------------------- */

#ifdef __GLIBC__
#    if __GLIBC_PREREQ(2, 33)
#        define LIBC_AT_MOST "allocated resident mapped free_memory"
#    endif
#endif
#ifndef LIBC_AT_MOST /* musl tells nothing; of an older glibc it depends on the machine */
#    define LIBC_AT_MOST ""
#    define LIBC_DEPENDS
#endif

/* Of the versions that distributions have; all others are unknown. */
static const struct {
    const char *allocator, *known, *at_most;
} told[] = {
    {"libc", "", LIBC_AT_MOST},
    {"jemalloc",
     "allocated active resident retained muzzy dirty metadata mapped small_bin_fragmentation "
     "thread_caches arenas free_memory",
     ""},
    {"tcmalloc",
     "allocated active resident retained dirty metadata mapped small_bin_fragmentation "
     "thread_caches shared_caches free_memory",
     ""},
    {"mimalloc", "resident mapped", ""},
};

static gboolean has_word(const char *words, const char *word)
{
    char **list = g_strsplit(words, " ", -1);
    gboolean found = g_strv_contains((const char *const *)list, word);
    g_strfreev(list);
    return found;
}

static void assert_told(const char *name, struct zmalloc_figure figure, unsigned allocator)
{
    enum zmalloc_state wanted = has_word(told[allocator].known, name)     ? ZMALLOC_KNOWN
                                : has_word(told[allocator].at_most, name) ? ZMALLOC_AT_MOST
                                                                          : ZMALLOC_UNKNOWN;
    g_test_message("%s: state %u, wanted %u", name, figure.state, (unsigned)wanted);
    g_assert_cmpuint(figure.state, ==, wanted);
    if (wanted == ZMALLOC_UNKNOWN)
        g_assert_cmpuint(figure.value, ==, 0);
    g_assert_cmpint(figure.error, ==, wanted == ZMALLOC_UNKNOWN ? ENOTSUP : 0);
}

static void a_figure_is_unknown_where_the_allocator_does_not_tell_and_nowhere_else(void)
{
#ifdef LIBC_DEPENDS
    if (allocator_is("libc")) {
        g_test_skip("depends on the C library");
        return;
    }
#endif
    if (allocator_is_shadowed()) {
        g_test_skip("depends on what took the place of the C library's malloc()");
        return;
    }
    void *ptr = zmalloc(1); /* or nothing can be told from nothing counted */
    struct zmalloc_allocator_stats stats = stats_now();
    unsigned allocator = 0;
    while (allocator < G_N_ELEMENTS(told) && !allocator_is(told[allocator].allocator))
        allocator++;
    g_assert_cmpuint(allocator, <, G_N_ELEMENTS(told));
#define ASSERT_TOLD(name, unit, help) assert_told(#name, stats.name, allocator);
    ZMALLOC_ALLOCATOR_FIGURES(ASSERT_TOLD, )
#undef ASSERT_TOLD
    zfree(ptr);
}

/* ---- Figures against deeds ------------------------------------------------------------------- */

/* As far as they are told: whether they are is the matter of the test above. */
static gboolean is_told(struct zmalloc_figure figure)
{
    return figure.state == ZMALLOC_KNOWN || figure.state == ZMALLOC_AT_MOST;
}

static double growth(struct zmalloc_figure before, struct zmalloc_figure after)
{
    return (double)after.value - (double)before.value;
}

static void blocks_move_the_figures(void)
{
    if (allocator_is_shadowed()) {
        g_test_skip("the C library does not count these blocks");
        return;
    }
    struct zmalloc_allocator_stats none, full, half, quarter, empty;
    memset(blocks, 1, sizeof(blocks)); /* resident from here on */
    none = stats_now();
    double resident_before = (double)resident_set();
    make_blocks();
    full = stats_now();
    double resident = (double)resident_set() - resident_before;
    double used = (double)zmalloc_used_memory();
    free_blocks(0, 2);
    half = stats_now();
    free_blocks(1, 4);
    quarter = stats_now();
    free_blocks(3, 4);
    empty = stats_now();

    /* glibc puts a size in front of each block, and rounds up to 16; others count what was counted. */
    double cost = allocator_is("libc") ? used + (double)BLOCKS * 16 : used;
    if (is_told(full.allocated)) {
        g_assert_cmpfloat(growth(none.allocated, full.allocated), >=, used * 0.95);
        g_assert_cmpfloat(growth(none.allocated, full.allocated), <=, cost * 1.05);
        g_assert_cmpfloat(growth(none.allocated, half.allocated), >=, used * 0.475);
        g_assert_cmpfloat(growth(none.allocated, half.allocated), <=, cost * 0.525);
        g_assert_cmpfloat(growth(none.allocated, empty.allocated), <=, used * 0.05);
    }
    /* Its own upper bounds: pages that were there before may have been used. */
    g_assert_cmpfloat(resident, >=, used * 0.95);
    if (is_told(full.resident))
        g_assert_cmpfloat((double)full.resident.value, >=, used);
    if (is_told(full.mapped))
        g_assert_cmpfloat((double)full.mapped.value, >=, used);
    if (is_told(full.active)) {
        g_assert_cmpfloat((double)full.active.value, >=, (double)full.allocated.value);
        g_assert_cmpfloat(growth(full.active, half.active), >=, used * -0.05);
        g_assert_cmpfloat(growth(half.active, empty.active), <=, used * -0.9);
    }
    /* Every second block: no page is free, and yet half of their bytes are. */
    if (is_told(full.small_bin_fragmentation))
        g_assert_cmpfloat((double)full.small_bin_fragmentation.value, <=, used * 0.05);
    if (is_told(half.small_bin_fragmentation)) {
        g_assert_cmpfloat(
            growth(full.small_bin_fragmentation, half.small_bin_fragmentation), >=, used * 0.45);
        g_assert_cmpfloat(
            growth(full.small_bin_fragmentation, quarter.small_bin_fragmentation), >=, used * 0.7);
    }
    if (is_told(half.free_memory)) {
        g_assert_cmpfloat(growth(full.free_memory, half.free_memory), >=, used * 0.45);
        g_assert_cmpfloat(growth(full.free_memory, half.free_memory), <=, cost * 0.55);
    }
    /* All: pages are free, and not given back yet. jemalloc begins to after some time. */
    if (is_told(empty.dirty)) {
        g_assert_cmpfloat(growth(half.dirty, empty.dirty), >=, used * 0.5);
        g_assert_cmpfloat((double)empty.small_bin_fragmentation.value, <=, used * 0.05);
    }
}

static void assert_covers(struct zmalloc_figure figure, size_t bytes)
{
    if (is_told(figure))
        g_assert_cmpuint(figure.value, >=, bytes);
    /* Zeros that glibc counts where another malloc() took its place are not taken for figures. */
    if (g_getenv("ZMALLOC_TEST_UNCOUNTED") != NULL) {
        g_assert_cmpuint(figure.state, ==, ZMALLOC_UNKNOWN);
        g_assert_cmpint(figure.error, !=, 0);
    }
}

/* Also where a sanitizer, valgrind or a preloaded library is the malloc() of the process. */
static void what_is_told_covers_what_the_library_holds(void)
{
    void *held[100];
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++)
        held[i] = memset(zmalloc(100000), 1, 100000);
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++) {
        size_t used = zmalloc_used_memory();
        struct zmalloc_allocator_stats stats = stats_now();
        assert_covers(stats.allocated, used);
        assert_covers(stats.resident, used);
        assert_covers(stats.mapped, used);
        zfree(held[i]);
    }
    struct zmalloc_allocator_stats stats = stats_now();
    assert_covers(stats.allocated, 0);
    assert_covers(stats.resident, 0);
    assert_covers(stats.free_memory, 0);
}

/* What lies in a thread's cache the program does not hold; and it is told how much. */
static void blocks_in_a_cache_are_not_held(void)
{
    enum { CACHED = 7, CACHED_SIZE = 20000 };
    void *held[CACHED];
    struct zmalloc_allocator_stats before = stats_now();
    for (unsigned i = 0; i < CACHED; i++)
        held[i] = zmalloc(CACHED_SIZE);
    double used = (double)zmalloc_used_memory();
    struct zmalloc_allocator_stats with = stats_now();
    for (unsigned i = 0; i < CACHED; i++)
        zfree(held[i]);
    struct zmalloc_allocator_stats after = stats_now();
    if (after.allocated.state != ZMALLOC_KNOWN) {
        g_test_skip("what is cached is not told apart");
        return;
    }
    g_assert_cmpfloat(growth(before.allocated, with.allocated), >=, used * 0.95);
    g_assert_cmpfloat(growth(before.allocated, after.allocated), <=, used * 0.05);
    g_assert_cmpuint(after.thread_caches.value, >=, CACHED_SIZE);
}

static void without_a_refresh_jemalloc_tells_what_it_told_last(void)
{
    if (!allocator_is("jemalloc")) {
        g_test_skip("other allocators gather figures at each call");
        return;
    }
    struct zmalloc_allocator_stats last = stats_now(), same = {.size = sizeof(same)};
    void *ptr = zmalloc(MIB);
    g_assert_cmpint(zmalloc_get_allocator_stats(&same), ==, 0);
    g_assert_cmpuint(same.allocated.value, ==, last.allocated.value);
    g_assert_cmpuint(stats_now().allocated.value, >=, last.allocated.value + MIB);
    zfree(ptr);
}

/* ---- Side effects ---------------------------------------------------------------------------- */

static void success_keeps_errno_and_counts_no_block(void)
{
    void *ptr = zmalloc(100);
    size_t used = zmalloc_used_memory();
    errno = EXDEV;
    stats_now();
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    zfree(ptr);
}

static void figures_take_no_memory(void)
{
    if (g_getenv("ZMALLOC_TEST_SHADOWED") != NULL || g_getenv("ZMALLOC_TEST_EMULATED") != NULL) {
        g_test_skip("sanitizers and emulators have memory of their own to map");
        return;
    }
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) { /* which must not use GLib: that aborts for want of memory */
        struct zmalloc_allocator_stats stats = {
            .size = sizeof(stats), .flags = ZMALLOC_STATS_REFRESH};
        if (!takes_all_memory())
            _exit(1);
        if (has_memory())
            _exit(2);
        size_t used = zmalloc_used_memory();
        if (zmalloc_get_allocator_stats(&stats) != 0)
            _exit(3);
        if (stats.allocated.state == ZMALLOC_KNOWN && stats.allocated.value < used)
            _exit(4);
        zmalloc_purge();
        if (zmalloc_used_memory() != used)
            _exit(5);
        _exit(0);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

/* ---- Threads --------------------------------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 100, HELD = 100 };

static void assert_no_underflow(const char *name, struct zmalloc_figure figure)
{
    g_test_message("%s: %" G_GUINT64_FORMAT, name, figure.value);
    g_assert_cmpuint(figure.value, <, (uint64_t)1 << 40);
}

static void *allocate_and_look(void *unused)
{
    void *held[HELD];
    (void)unused;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < HELD; i++)
            held[i] = zmalloc(8 + 37 * i);
        struct zmalloc_allocator_stats stats = stats_now();
#define NO_UNDERFLOW(name, unit, help) assert_no_underflow(#name, stats.name);
        ZMALLOC_ALLOCATOR_FIGURES(NO_UNDERFLOW, )
#undef NO_UNDERFLOW
        for (unsigned i = 0; i < HELD; i++)
            zfree(held[i]);
    }
    return NULL;
}

static void threads_may_look_while_others_allocate(void)
{
    pthread_t threads[THREADS];
    struct zmalloc_allocator_stats before = stats_now();
    for (unsigned i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, allocate_and_look, NULL), ==, 0);
    for (unsigned i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    if (before.allocated.state == ZMALLOC_KNOWN)
        g_assert_cmpfloat(growth(before.allocated, stats_now().allocated), <=, SLACK);
}

#define ADD(name, function) g_test_add_func("/allocator/" name, function)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("a-figure-is-unknown-where-the-allocator-does-not-tell-and-nowhere-else",
        a_figure_is_unknown_where_the_allocator_does_not_tell_and_nowhere_else);
    ADD("blocks-move-the-figures", blocks_move_the_figures);
    ADD("what-is-told-covers-what-the-library-holds", what_is_told_covers_what_the_library_holds);
    ADD("blocks-in-a-cache-are-not-held", blocks_in_a_cache_are_not_held);
    ADD("without-a-refresh-jemalloc-tells-what-it-told-last",
        without_a_refresh_jemalloc_tells_what_it_told_last);
    ADD("success-keeps-errno-and-counts-no-block", success_keeps_errno_and_counts_no_block);
    ADD("figures-take-no-memory", figures_take_no_memory);
    ADD("threads-may-look-while-others-allocate", threads_may_look_while_others_allocate);
    return g_test_run();
}
