/* SPDX-License-Identifier: BSD-3-Clause
 * The figures of one arena alone, against those of all. */
#include "allocator.h"

#include <pthread.h>

static void assert_arenas_are_refused(void)
{
    struct zmalloc_allocator_stats was = {
        .size = sizeof(was), .flags = ZMALLOC_STATS_ARENA, .active.value = 7};
    struct zmalloc_allocator_stats one = was;
    errno = 0;
    g_assert_cmpint(zmalloc_get_allocator_stats(&one), ==, -1);
    g_assert_cmpint(errno, ==, ENOTSUP);
    g_assert_cmpmem(&one, sizeof(one), &was, sizeof(was));
}

/* all: as of the last refresh. */
static void assert_arenas_make_up(struct zmalloc_allocator_stats all)
{
    struct zmalloc_allocator_stats one, sum = {0};
    for (uint32_t arena = 0; arena < all.arenas.value; arena++) {
        one = (struct zmalloc_allocator_stats){
            .size = sizeof(one), .flags = ZMALLOC_STATS_ARENA, .arena = arena};
        if (zmalloc_get_allocator_stats(&one) != 0) {
            g_assert_cmpint(errno, ==, EINVAL); /* it has not been used yet */
            continue;
        }
        g_assert_cmpuint(one.arena, ==, arena);
        g_assert_cmpuint(one.allocated.state, ==, ZMALLOC_AT_MOST);
        g_assert_cmpuint(one.arenas.state, ==, ZMALLOC_UNKNOWN);
        g_assert_cmpuint(one.active.state, ==, ZMALLOC_KNOWN);
        sum.allocated.value += one.allocated.value;
        sum.active.value += one.active.value;
        sum.dirty.value += one.dirty.value;
        sum.metadata.value += one.metadata.value;
        sum.thread_caches.value += one.thread_caches.value;
        sum.small_bin_fragmentation.value += one.small_bin_fragmentation.value;
    }
    g_assert_cmpuint(sum.allocated.value, ==, all.allocated.value + all.thread_caches.value);
    g_assert_cmpuint(sum.active.value, ==, all.active.value);
    g_assert_cmpuint(sum.dirty.value, ==, all.dirty.value);
    g_assert_cmpuint(sum.metadata.value, ==, all.metadata.value);
    g_assert_cmpuint(sum.thread_caches.value, ==, all.thread_caches.value);
    g_assert_cmpuint(sum.small_bin_fragmentation.value, ==, all.small_bin_fragmentation.value);
}

/* Each has an arena of its own, where there is more than one processor. */
static void *use_an_arena(void *barrier)
{
    void *held[1000];
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i++)
        held[i] = zmalloc(500);
    for (unsigned i = 0; i < G_N_ELEMENTS(held); i += 2)
        zfree(held[i]);
    pthread_barrier_wait(barrier);
    pthread_barrier_wait(barrier); /* meanwhile, the figures are looked at */
    for (unsigned i = 1; i < G_N_ELEMENTS(held); i += 2)
        zfree(held[i]);
    return NULL;
}

static void arenas_are_told_apart_where_the_allocator_does(void)
{
    enum { USERS = 3 };
    pthread_t users[USERS];
    pthread_barrier_t barrier;
    if (!allocator_is("jemalloc")) {
        assert_arenas_are_refused();
        return;
    }
    pthread_barrier_init(&barrier, NULL, USERS + 1);
    for (unsigned i = 0; i < USERS; i++)
        g_assert_cmpint(pthread_create(&users[i], NULL, use_an_arena, &barrier), ==, 0);
    pthread_barrier_wait(&barrier);
    assert_arenas_make_up(stats_now());
    pthread_barrier_wait(&barrier);
    for (unsigned i = 0; i < USERS; i++)
        g_assert_cmpint(pthread_join(users[i], NULL), ==, 0);
    pthread_barrier_destroy(&barrier);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/arenas/are-told-apart-where-the-allocator-does",
        arenas_are_told_apart_where_the_allocator_does);
    return g_test_run();
}
