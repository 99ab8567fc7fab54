/* SPDX-License-Identifier: BSD-3-Clause
 * Calls of what has to do with the allocator, in the ages that have it. */
#ifndef TESTS_COMPAT_CALL_ALLOCATOR_H
#define TESTS_COMPAT_CALL_ALLOCATOR_H

#include "call.h"

#if defined HAS_INFO || defined HAS_INFO_OF_SIX || defined HAS_INFO_TO_REFRESH
/* What <zmalloc.h> tells, 0 for what the allocator does not. */
static inline struct zmalloc_allocator_stats stats_now(uint32_t flags, uint32_t arena)
{
    struct zmalloc_allocator_stats stats = {.size = sizeof(stats), .flags = flags, .arena = arena};
    if (zmalloc_get_allocator_stats(&stats) != 0)
        memset(&stats, 0, sizeof(stats));
    return stats;
}

static inline void expect_figure(const char *rule, size_t found, struct zmalloc_figure figure)
{
    expect_near(rule, found, (size_t)figure.value);
}

static inline void call_info(void)
{
    char *block = zmalloc(16 * MIB);
    memset(block, 'x', 16 * MIB);
    size_t allocated = 7, active = 7, resident = 7;
    errno = 7;
#    ifdef HAS_INFO
    int result = zmalloc_get_allocator_info(&allocated, &active, &resident);
#    else
    size_t retained = 7, muzzy = 7, bins = 7;
#        ifdef HAS_INFO_OF_SIX
    int result =
        zmalloc_get_allocator_info(&allocated, &active, &resident, &retained, &muzzy, &bins);
#        else
    int result =
        zmalloc_get_allocator_info(1, &allocated, &active, &resident, &retained, &muzzy, &bins);
#        endif
#    endif
    int kept = errno;
    struct zmalloc_allocator_stats stats = stats_now(ZMALLOC_STATS_REFRESH, 0);
    expect_equal("figures are told", (size_t)result, 1);
    expect_equal("errno is as it was", (size_t)kept, 7);
    expect_figure("allocated", allocated, stats.allocated);
    expect_figure("active", active, stats.active);
    expect_figure("resident", resident, stats.resident);
    if (stats.allocated.state == ZMALLOC_KNOWN)
        expect(allocated >= 16 * MIB, "a block is in it", allocated, 16 * MIB);
    else
        expect_equal("what is not known is 0", allocated, (size_t)stats.allocated.value);
#    ifndef HAS_INFO
    expect_figure("retained", retained, stats.retained);
    expect_figure("muzzy", muzzy, stats.muzzy);
    expect_figure("of small blocks", bins, stats.small_bin_fragmentation);
#    endif
    zfree(block);
}
#endif

#ifdef HAS_INFO_TO_REFRESH
static inline void call_refresh(void)
{
    size_t figure[6], old;
    zmalloc_get_allocator_info(
        1, &figure[0], &figure[1], &figure[2], &figure[3], &figure[4], &figure[5]);
    old = figure[0];
    char *block = zmalloc(32 * MIB);
    memset(block, 'x', 32 * MIB);
    zmalloc_get_allocator_info(
        0, &figure[0], &figure[1], &figure[2], &figure[3], &figure[4], &figure[5]);
    expect_figure(
        "without a refresh, as the allocator has it", figure[0], stats_now(0, 0).allocated);
    zmalloc_get_allocator_info(
        1, &figure[0], &figure[1], &figure[2], &figure[3], &figure[4], &figure[5]);
    struct zmalloc_allocator_stats stats = stats_now(ZMALLOC_STATS_REFRESH, 0);
    expect_figure("refreshed, as it is", figure[0], stats.allocated);
    if (stats.allocated.state == ZMALLOC_KNOWN)
        expect(figure[0] >= old + 32 * MIB, "with the new block", figure[0], old + 32 * MIB);

    for (unsigned arena = 0; arena < 5000; arena += 2500) {
        size_t allocated = 7, active = 7, resident = 7, bins = 7;
        int result =
            zmalloc_get_allocator_info_by_arena(arena, 1, &allocated, &active, &resident, &bins);
        stats = stats_now(ZMALLOC_STATS_REFRESH | ZMALLOC_STATS_ARENA, arena);
        expect_equal("figures of an arena are told", (size_t)result, 1);
        expect_figure("allocated in it", allocated, stats.allocated);
        expect_figure("active", active, stats.active);
        expect_figure("resident", resident, stats.resident);
        expect_figure("of small blocks", bins, stats.small_bin_fragmentation);
        if (arena != 0)
            expect_equal("one that is not there has nothing", allocated + resident, 0);
    }
    zfree(block);
}
#endif

#ifdef HAS_PURGE
static inline void call_purge(void)
{
    errno = 7;
    if (getenv("ZMALLOC_TEST_SANITIZED") == NULL) { /* a thread that a sanitizer does not see */
        set_jemalloc_bg_thread(1);
        set_jemalloc_bg_thread(0);
    }
    int kept = errno;
    expect_equal("errno is as it was", (size_t)kept, 7);
    zfree(zmalloc(8 * MIB));
    errno = 0;
    zmalloc_purge();
    int expected = errno == ENOTSUP ? -1 : 0;
    errno = 7;
    int result = jemalloc_purge();
    kept = errno;
    expect_equal("purging works where it can", (size_t)result, (size_t)expected);
    expect_equal("errno says where not", (size_t)kept, expected == 0 ? 7 : ENOTSUP);
}
#endif

#ifdef HAS_FLAGS
static inline void call_with_flags(void)
{
    char *block = zmalloc_with_flags(100, 0x40);
    memset(block, 'x', 100);
    expect_equal(
        "a block with flags is one like others", zmalloc_used_memory(), zmalloc_size(block));
    block = zrealloc_with_flags(block, 1000, 0x40);
    expect_equal("resized, it has its bytes", block[0] == 'x' && block[99] == 'x', 1);
    zfree_with_flags(block, 0x40);
}
#endif

#endif
