/* SPDX-License-Identifier: BSD-3-Clause
 * Used memory, its peak and the fragmentation ratio, as a program reads them. */
#include <glib.h>
#include <pthread.h>

#include <zmalloc.h>

/* What the sharded mode may miss of a peak per thread; the others miss nothing (<zmalloc.h>). */
enum { MISSED_PER_THREAD = 256 * 1024 };

static void used_is_the_sum_of_sizes(void)
{
    void *blocks[1000];
    size_t sum = 0;
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        blocks[i] = zmalloc(i * 13);
        sum += zmalloc_size(blocks[i]);
        g_assert_cmpuint(zmalloc_used_memory(), ==, sum);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        sum -= zmalloc_size(blocks[i]);
        zfree(blocks[i]);
        g_assert_cmpuint(zmalloc_used_memory(), ==, sum);
    }
}

static void peak_stays_within_its_bound(void)
{
    size_t true_peak = 0;
    zmalloc_reset_peak();
    for (unsigned i = 0; i < 2000; i++) {
        size_t size = (size_t)g_test_rand_int_range(0, 1 << 20);
        void *ptr = zmalloc(size);
        true_peak = MAX(true_peak, zmalloc_size(ptr));
        zfree(ptr);
        g_assert_cmpuint(zmalloc_peak_memory(), <=, true_peak);
        g_assert_cmpuint(zmalloc_peak_memory() + MISSED_PER_THREAD, >=, true_peak);
    }
}

static void peak_is_never_below_what_was_read(void)
{
    zmalloc_reset_peak();
    for (size_t size = 1; size < 100000; size += size / 2 + 1) {
        void *ptr = zmalloc(size);
        size_t used = zmalloc_used_memory();
        zfree(ptr);
        g_assert_cmpuint(zmalloc_peak_memory(), >=, used);
    }
    void *ptr = zmalloc(3000);
    zmalloc_reset_peak();
    g_assert_cmpuint(zmalloc_peak_memory(), ==, zmalloc_size(ptr));
    zfree(ptr);
    g_assert_cmpuint(zmalloc_peak_memory(), >, 0);
    zmalloc_reset_peak();
    g_assert_cmpuint(zmalloc_peak_memory(), ==, 0);
}

/* Freed before the peak is read: a look at the memory used would not find it any more. */
static void resetting_the_peak_notes_what_is_used_then(void)
{
    void *ptr = zmalloc(3000);
    size_t held = zmalloc_size(ptr);
    zmalloc_reset_peak();
    zfree(ptr);
    g_assert_cmpuint(zmalloc_peak_memory(), ==, held);
}

enum { THREADS = 4, BLOCKS = 200, SIZE = 20000 };

static void *hold_and_release(void *barrier)
{
    void *blocks[BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = zmalloc(SIZE);
    pthread_barrier_wait(barrier);
    for (unsigned i = 0; i < BLOCKS; i++)
        zfree(blocks[i]);
    return NULL;
}

static void peak_of_several_threads_stays_within_its_bound(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_t barrier;
    void *ptr = zmalloc(SIZE);
    size_t true_peak = THREADS * BLOCKS * zmalloc_size(ptr);
    zfree(ptr);
    zmalloc_reset_peak();
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, hold_and_release, &barrier), ==, 0);
    for (unsigned i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    pthread_barrier_destroy(&barrier);
    g_assert_cmpuint(zmalloc_peak_memory(), <=, true_peak);
    g_assert_cmpuint(zmalloc_peak_memory() + THREADS * MISSED_PER_THREAD, >=, true_peak);
}

static void ratio_is_rss_over_used(void)
{
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
    g_assert_cmpfloat(zmalloc_get_fragmentation_ratio(1000000), ==, 0);
    g_assert_cmpfloat(zmalloc_get_fragmentation_ratio(0), ==, 0);
    void *ptr = zmalloc(1 << 20);
    size_t used = zmalloc_used_memory();
    g_assert_cmpfloat(zmalloc_get_fragmentation_ratio(used), ==, 1);
    g_assert_cmpfloat(zmalloc_get_fragmentation_ratio(3 * used), ==, 3);
    g_assert_cmpfloat(zmalloc_get_fragmentation_ratio(0), ==, 0);
    zfree(ptr);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/used-is-the-sum-of-sizes", used_is_the_sum_of_sizes);
    g_test_add_func("/memory/peak-stays-within-its-bound", peak_stays_within_its_bound);
    g_test_add_func(
        "/memory/resetting-the-peak-notes-what-is-used-then",
        resetting_the_peak_notes_what_is_used_then);
    g_test_add_func("/memory/peak-is-never-below-what-was-read", peak_is_never_below_what_was_read);
    g_test_add_func(
        "/memory/peak-of-several-threads-stays-within-its-bound",
        peak_of_several_threads_stays_within_its_bound);
    g_test_add_func("/memory/ratio-is-rss-over-used", ratio_is_rss_over_used);
    return g_test_run();
}
