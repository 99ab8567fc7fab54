/* SPDX-License-Identifier: BSD-3-Clause
 * What the tests of the allocator's figures and those of giving memory back have in common. */
#ifndef TEST_ALLOCATOR_H
#define TEST_ALLOCATOR_H

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <zmalloc.h>

enum { MIB = 1 << 20 };

/* Both are also true of a figure's slack: what GLib and the allocator itself take meanwhile, and the
 * kernel's batches of resident pages, which are 64 and more per thread. */
enum { SLACK = 4 * MIB };

static inline gboolean allocator_is(const char *name)
{
    return g_strcmp0(g_getenv("ZMALLOC_TEST_ALLOCATOR"), name) == 0;
}

/* A sanitizer or valgrind took the place of the C library's malloc(): what glibc counts is not what
 * this process allocates. Other allocators are beside it, and count as ever. */
static inline gboolean allocator_is_shadowed(void)
{
    return allocator_is("libc") && g_getenv("ZMALLOC_TEST_SHADOWED") != NULL;
}

static inline struct zmalloc_allocator_stats stats_now(void)
{
    struct zmalloc_allocator_stats stats = {.size = sizeof(stats), .flags = ZMALLOC_STATS_REFRESH};
    g_assert_cmpint(zmalloc_get_allocator_stats(&stats), ==, 0);
    return stats;
}

/* As the kernel says it, not the library. */
static inline size_t resident_set(void)
{
    unsigned long total, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    g_assert_nonnull(file);
    g_assert_cmpint(fscanf(file, "%lu %lu", &total, &resident), ==, 2);
    fclose(file);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* An emulator reads code in, and writes tables of its own, between two readings. */
static inline void assert_resident(uint64_t found)
{
    size_t slack = g_getenv("ZMALLOC_TEST_EMULATED") != NULL ? 8 * (size_t)SLACK : SLACK;
    g_assert_cmpuint(found + slack, >=, resident_set());
    g_assert_cmpuint(found, <=, resident_set() + slack);
}

/* 64 MiB in blocks of 64 bytes. In the program's own data: no allocator knows of it. */
enum { BLOCK_SIZE = 64, BLOCKS = MIB };

static void *blocks[BLOCKS];

static inline void make_blocks(void)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = zmalloc(BLOCK_SIZE);
        *(unsigned *)blocks[i] = i;
    }
}

static inline void free_blocks(unsigned first, unsigned step)
{
    for (unsigned i = first; i < BLOCKS; i += step) {
        zfree(blocks[i]);
        blocks[i] = NULL;
    }
}

/* Until there is none left, of either allocator, and no more to be had. */
static inline gboolean takes_all_memory(void)
{
    const struct rlimit nothing_more = {0, 0};
    if (setrlimit(RLIMIT_AS, &nothing_more) != 0)
        return FALSE;
    for (size_t size = MIB; size >= 16; size /= 2) {
        while (ztrymalloc(size) != NULL)
            continue;
        for (void *volatile ptr = malloc(size); ptr != NULL; ptr = malloc(size))
            continue;
    }
    return TRUE;
}

static inline gboolean has_memory(void)
{
    void *volatile ptr = malloc(16); /* a compiler may take an unused block for had */
    return ptr != NULL || ztrymalloc(16) != NULL;
}

#endif
