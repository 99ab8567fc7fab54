/* SPDX-License-Identifier: BSD-3-Clause
 * Six processes whose resident set is not what is in use, each for a reason of its own that is known:
 * it has to be named, wherever the allocator can tell, and hardly anything left over. */
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zmalloc.h>

#include "allocator.h"

enum { MOST = 64 * MIB };

static struct zmalloc_explanation explanation_now(void)
{
    struct zmalloc_explanation explanation = {.size = sizeof(explanation)};
    g_assert_cmpint(zmalloc_explain(&explanation), ==, 0);
    return explanation;
}

/* What the allocator's figures can tell: all kinds of free memory apart; free memory from blocks;
 * nothing of either. */
enum insight { KINDS, SUMS, NOTHING };

static enum insight insight(void)
{
    struct zmalloc_allocator_stats stats = stats_now();
    if (stats.allocated.state == ZMALLOC_UNKNOWN)
        return NOTHING;
    return stats.dirty.state == ZMALLOC_KNOWN ? KINDS : SUMS;
}

/* As glibc has it on a machine of the matrix, and the others everywhere. */
static void each_allocator_has_its_insight(void)
{
    if (allocator_is("jemalloc") || allocator_is("tcmalloc"))
        g_assert_cmpint(insight(), ==, KINDS);
    else if (allocator_is("mimalloc"))
        g_assert_cmpint(insight(), ==, NOTHING);
#ifdef __GLIBC__
    else if (!allocator_is_shadowed())
        g_assert_cmpint(insight(), ==, SUMS);
#endif
}

static void show(const struct zmalloc_explanation *explanation)
{
    char text[4096];
    g_assert_cmpuint(
        zmalloc_explanation_print(explanation, text, sizeof(text), ZMALLOC_TEXT), <, sizeof(text));
    char **lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; **line != '\0'; line++)
        g_test_message("%s", *line);
    g_strfreev(lines);
}

static double magnitude(int64_t bytes)
{
    return bytes < 0 ? -(double)bytes : (double)bytes;
}

/* The cause is the one, of as many bytes as the process has made of it, and a tenth of the difference
 * at most has none. */
static void
assert_explained(const char *cause, struct zmalloc_figure bytes, double expected, double tolerance)
{
    struct zmalloc_explanation explanation = explanation_now();
    show(&explanation);
    g_assert_cmpstr(explanation.largest, ==, cause);
    g_assert_cmpfloat(magnitude(explanation.unexplained), <=, 0.1 * magnitude(explanation.gap));
    g_assert_cmpfloat((double)bytes.value, >=, expected * (1 - tolerance));
    g_assert_cmpfloat((double)bytes.value, <=, expected * (1 + tolerance));
}

/* ---- The processes --------------------------------------------------------------------------- */

/* In a block of its own, not in the program's data: that would be 8 MiB which nothing explains. */
static void **many;

static void make_many(void)
{
    many = zmalloc(BLOCKS * sizeof(void *));
    for (unsigned i = 0; i < BLOCKS; i++)
        many[i] = memset(zmalloc(BLOCK_SIZE), 1, BLOCK_SIZE);
}

static void free_many(unsigned first, unsigned step)
{
    for (unsigned i = first; i < BLOCKS; i += step)
        zfree(many[i]);
}

/* Every second block of 64 bytes is free: no page is. */
static void fragmented(void)
{
    make_many();
    free_many(0, 2);
    if (insight() == NOTHING)
        return;
    struct zmalloc_explanation explanation = explanation_now();
    if (insight() == KINDS)
        assert_explained("held_in_pages", explanation.held_in_pages, MOST / 2.0, 0.1);
    else /* 64 bytes are 80 where glibc is asked for 8 more */
        assert_explained("held", explanation.held, MOST / 2.0, 0.6);
}

static void *(*volatile const plain_malloc)(size_t) = malloc;

static void leaking(void)
{
    for (unsigned i = 0; i < MOST / 1000; i++)
        memset(plain_malloc(1000), 1, 1000);
    if (explanation_now().bypassed.state == ZMALLOC_UNKNOWN) {
        g_assert_cmpint(insight(), ==, NOTHING);
        return;
    }
    assert_explained("bypassed", explanation_now().bypassed, MOST, 0.2); /* by classes of sizes */
}

static void untouched(void)
{
    void *ptr = ztrymalloc(MOST);
    g_assert_nonnull(ptr);
    zmadvise_dontneed(ptr); /* meson test has the C library fill new blocks */
    /* With tcmalloc's first piece, which glibc counts, too: some 9 MiB. */
    assert_explained("untouched", explanation_now().untouched, MOST, 0.2);
}

static void mapping_a_file(void)
{
    char *name;
    int file = g_file_open_tmp("explain-XXXXXX", &name, NULL);
    g_assert_cmpint(file, >=, 0);
    unlink(name);
    g_free(name);
    g_assert_cmpint(ftruncate(file, MOST), ==, 0);
    char *map = mmap(NULL, MOST, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    g_assert_true(map != MAP_FAILED);
    memset(map, 1, MOST);
    assert_explained("mappings", explanation_now().mappings, MOST, 0.2);
}

enum { THREADS = 64, SIZES = 16, OF_EACH = 8 };

static pthread_barrier_t all_are_idle, end;

/* Blocks of many sizes, all freed by the thread that made them: they stay in its caches. */
static void *fills_its_caches(void *unused)
{
    void *held[SIZES][OF_EACH];
    for (unsigned size = 0; size < SIZES; size++) {
        for (unsigned i = 0; i < OF_EACH; i++)
            held[size][i] = memset(zmalloc(512 + 512 * size), 1, 512 + 512 * size);
    }
    for (unsigned size = 0; size < SIZES; size++) {
        for (unsigned i = 0; i < OF_EACH; i++)
            zfree(held[size][i]);
    }
    pthread_barrier_wait(&all_are_idle);
    pthread_barrier_wait(&end);
    return unused;
}

static void idle_threads(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&all_are_idle, NULL, THREADS + 1);
    pthread_barrier_init(&end, NULL, THREADS + 1);
    for (unsigned i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, fills_its_caches, NULL), ==, 0);
    pthread_barrier_wait(&all_are_idle);
    if (insight() == KINDS) {
        struct zmalloc_explanation explanation = explanation_now();
        show(&explanation);
        g_assert_cmpstr(explanation.largest, ==, "held_in_caches");
        g_assert_cmpuint(explanation.held_in_caches.value, >, 10 * MIB);
        g_assert_cmpfloat(magnitude(explanation.unexplained), <=, 0.1 * magnitude(explanation.gap));
    } else if (insight() == SUMS) {
        /* glibc has its caches among the blocks that were allocated: it says no more than this. */
        g_assert_cmpuint(explanation_now().held_in_caches.state, ==, ZMALLOC_UNKNOWN);
        g_assert_cmpuint(explanation_now().bypassed.state, ==, ZMALLOC_AT_MOST);
    }
    pthread_barrier_wait(&end);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* All pages are free, but the last one, lest the C library gives all back by itself. */
static void purgeable(void)
{
    make_many();
    void *last = zmalloc(BLOCK_SIZE);
    for (unsigned i = BLOCKS; i-- > 0;)
        zfree(many[i]);
    if (insight() == NOTHING)
        return;
    struct zmalloc_explanation explanation = explanation_now();
    double held = (double)explanation.held.value;
    if (insight() == KINDS)
        assert_explained("held_as_pages", explanation.held_as_pages, MOST, 0.1);
    else
        assert_explained("held", explanation.held, MOST, 0.6);
    g_assert_cmpuint(zmalloc_purge(), >=, MOST / 10 * 9);
    explanation = explanation_now();
    show(&explanation);
    if (insight() == KINDS)
        g_assert_cmpfloat((double)explanation.held.value, <=, 0.1 * held);
    g_assert_cmpstr(explanation.largest, !=, "held");
    g_assert_cmpstr(explanation.largest, !=, "untouched");
    zfree(last);
}

/* ---- The same after a purge, figure by figure --------------------------------------------------- */

static size_t kilobytes_of(const char *field)
{
    char *status, *at;
    g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
    at = strstr(status, field);
    g_assert_nonnull(at);
    size_t kilobytes = strtoul(at + strlen(field), NULL, 10);
    g_free(status);
    return kilobytes;
}

static void assert_within_a_twentieth(const char *name, double value, double expected)
{
    g_test_message("%s: %.0f, expected %.0f", name, value, expected);
    g_assert_cmpfloat(value, >=, expected * 0.95);
    g_assert_cmpfloat(value, <=, expected * 1.05);
}

static void fragmented_and_purged(void)
{
    struct zmalloc_snapshot snapshot = {.size = sizeof(snapshot)};
    size_t used_before = zmalloc_used_memory();
    make_many();
    double used = (double)(zmalloc_used_memory() - used_before) - BLOCKS * sizeof(void *);
    free_many(1, 2);
    zmalloc_purge();
    g_assert_cmpint(zmalloc_snapshot(&snapshot), ==, 0);
    double rss = (double)kilobytes_of("VmRSS:") * 1024;
    double anonymous = (double)kilobytes_of("RssAnon:") * 1024;

    assert_within_a_twentieth(
        "used", (double)snapshot.used.value, used / 2 + BLOCKS * sizeof(void *));
    assert_within_a_twentieth("rss", (double)snapshot.rss.value, rss);
    assert_within_a_twentieth("rss_anonymous", (double)snapshot.rss_anonymous.value, anonymous);
    assert_within_a_twentieth(
        "fragmentation", (double)snapshot.fragmentation_bytes, rss - (double)snapshot.used.value);
    if (insight() == KINDS) { /* some of what it has for itself is in RAM */
        double told = (double)snapshot.allocator_allocated.value +
                      (double)snapshot.allocator_free_memory.value +
                      (double)snapshot.allocator_thread_caches.value;
        double with_metadata = told + (double)snapshot.allocator_metadata.value;
        g_test_message("the allocator's: %.0f to %.0f", told, with_metadata);
        g_assert_cmpfloat(told, <=, anonymous * 1.05);
        g_assert_cmpfloat(with_metadata, >=, anonymous * 0.95);
    }
    if (insight() != NOTHING) {
        struct zmalloc_explanation explanation = explanation_now();
        show(&explanation);
        g_test_message(
            "explained: %.1f %%",
            100 - 100 * magnitude(explanation.unexplained) / magnitude(explanation.gap));
        g_assert_cmpfloat(magnitude(explanation.unexplained), <=, 0.1 * magnitude(explanation.gap));
    }
}

/* ---- Each in a process of its own --------------------------------------------------------------- */

static void in_a_process(gconstpointer process)
{
    if (g_getenv("ZMALLOC_TEST_SHADOWED") != NULL || g_getenv("ZMALLOC_TEST_EMULATED") != NULL) {
        g_test_skip("sanitizers and emulators have memory of their own in the process");
        return;
    }
    int status;
    pid_t child = fork();
    if (child == 0) {
        (*(void (*const *)(void))process)();
        fflush(NULL);
        _exit(0);
    }
    g_assert_cmpint(child, >, 0);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

/* ---- The contract ---------------------------------------------------------------------------- */

static void the_sums_are_right(void)
{
    size_t used = zmalloc_used_memory();
    errno = EXDEV;
    struct zmalloc_explanation explanation = explanation_now();
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
    g_assert_cmpuint(explanation.used, ==, used);
    g_assert_cmpint(explanation.gap, ==, (int64_t)(explanation.rss - explanation.used));
    assert_resident(explanation.rss);
    g_assert_nonnull(explanation.largest);
}

static void a_bad_structure_is_refused(void)
{
    struct zmalloc_explanation unset = {0};
    char buffer[10] = "as it was";
    g_assert_cmpint(zmalloc_explain(&unset), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    g_assert_cmpint(zmalloc_explain(NULL), ==, -1);
    unset = (struct zmalloc_explanation){.size = sizeof(unset), .flags = 1};
    errno = 0;
    g_assert_cmpint(zmalloc_explain(&unset), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    unset = (struct zmalloc_explanation){0};
    errno = 0;
    g_assert_cmpint(zmalloc_explanation_write(&unset, 1, ZMALLOC_TEXT), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    errno = 0;
    g_assert_cmpuint(
        zmalloc_explanation_print(&unset, buffer, sizeof(buffer), ZMALLOC_TEXT), ==, 0);
    g_assert_cmpint(errno, ==, EINVAL);
    g_assert_cmpstr(buffer, ==, "as it was");
}

/* With no descriptor left, nothing can be read. */
static void what_cannot_be_read_is_an_error(void)
{
    struct zmalloc_explanation explanation = {.size = sizeof(explanation)}, before = explanation;
    struct rlimit limit, none;
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    none = limit;
    none.rlim_cur = 0;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    int result = zmalloc_explain(&explanation), error = errno;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    g_assert_cmpint(result, ==, -1);
    g_assert_cmpint(error, ==, EMFILE);
    g_assert_cmpmem(&explanation, sizeof(explanation), &before, sizeof(before));
}

static const struct {
    const char *name;
    void (*process)(void);
} processes[] = {
    {"/explain/fragmented", fragmented},
    {"/explain/leaking", leaking},
    {"/explain/untouched", untouched},
    {"/explain/mapping-a-file", mapping_a_file},
    {"/explain/idle-threads", idle_threads},
    {"/explain/purgeable", purgeable},
    {"/explain/fragmented-and-purged", fragmented_and_purged},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(processes); i++)
        g_test_add_data_func(processes[i].name, &processes[i].process, in_a_process);
    g_test_add_func("/explain/each-allocator-has-its-insight", each_allocator_has_its_insight);
    g_test_add_func("/explain/the-sums-are-right", the_sums_are_right);
    g_test_add_func("/explain/a-bad-structure-is-refused", a_bad_structure_is_refused);
    g_test_add_func("/explain/what-cannot-be-read-is-an-error", what_cannot_be_read_is_an_error);
    return g_test_run();
}
