/* SPDX-License-Identifier: BSD-3-Clause
 * What the allocator underneath says of itself, and what it can be asked to do. */
#ifndef ZMALLOC_ALLOCATOR_H
#define ZMALLOC_ALLOCATOR_H

#include <zmalloc/attributes.h>
#include <zmalloc/figure.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The figures count all that the allocator does in this process, also for callers beside this library,
 * and while other threads go on allocating: no two of them are of quite the same moment.
 * allocated counts blocks at the size that the allocator gave them. Blocks that a program has freed and
 * a thread's cache keeps are no part of it; where the allocator does not tell them apart (glibc), it is
 * ZMALLOC_AT_MOST. free_memory is small_bin_fragmentation, dirty, muzzy and shared_caches together,
 * where these are known; glibc tells no more than how much the sum is at most.
 * prefix stands before the name of each member. */
#define ZMALLOC_ALLOCATOR_FIGURES(X, prefix)                                                       \
    X(prefix##allocated, BYTES, "in blocks that the program holds, with what each costs")          \
    X(prefix##active, BYTES, "in pages that hold a block, or part of one")                         \
    X(prefix##resident, BYTES, "of the allocator's pages that may be in RAM, untouched ones too")  \
    X(prefix##retained, BYTES, "of address space kept without memory behind it")                   \
    X(prefix##muzzy, BYTES, "of unused pages that the system may take back when it likes")         \
    X(prefix##dirty, BYTES, "of unused pages that may still have memory behind them")              \
    X(prefix##metadata, BYTES, "that the allocator uses for itself")                               \
    X(prefix##mapped, BYTES, "of address space with memory behind it, by the allocator")           \
    X(prefix##small_bin_fragmentation, BYTES, "free in pages of small blocks")                     \
    X(prefix##thread_caches, BYTES, "of free blocks that threads keep for themselves")             \
    X(prefix##arenas, COUNT, "arenas, unused ones too: each has a number below this")              \
    X(prefix##shared_caches, BYTES, "of free blocks on their way from thread to thread")           \
    X(prefix##free_memory, BYTES, "free in the allocator's pages, but for the caches of threads")

struct zmalloc_allocator_stats {
    size_t size;    /* set by the caller: see <zmalloc/figure.h> */
    uint32_t flags; /* set by the caller: ZMALLOC_STATS_*, or 0 */
    uint32_t arena; /* set by the caller, with ZMALLOC_STATS_ARENA: its number, from 0 */
    ZMALLOC_ALLOCATOR_FIGURES(ZMALLOC_MEMBER_, )
};

/* jemalloc gathers its figures when asked to; without this, they are those gathered last. Other
 * allocators gather them at each call anyhow. Takes 1 to 60 microseconds; but glibc counts its free
 * blocks one by one, with the arena locked: some 25 ns for each. */
#define ZMALLOC_STATS_REFRESH 1u

/* Of one arena alone, where the allocator tells (jemalloc): what it does not tell is unknown. */
#define ZMALLOC_STATS_ARENA 2u

/* Fills *stats; figures that this allocator, or this build of it, does not have are unknown. Returns
 * 0; or -1 with errno EINVAL (size, flags, no such arena) or ENOTSUP (an allocator that does not tell
 * arenas apart), and *stats is as it was. Keeps errno where it returns 0. Allocates nothing.
 * Since 1.0. */
int zmalloc_get_allocator_stats(struct zmalloc_allocator_stats *stats)
    ZMALLOC_LABEL(get_allocator_stats);

/* Has the allocator give unused memory back to the system: of all threads, as far as it can. Returns
 * by how many bytes the resident set size fell, 0 if it did not; where the allocator cannot be asked
 * to, 0 with errno ENOTSUP, and else keeps errno. May take milliseconds per GiB, and what was given
 * back costs a page fault when it is used again. Since 1.0. */
size_t zmalloc_purge(void) ZMALLOC_LABEL(purge);

/* Has the allocator give unused memory back from a thread of its own, or no longer (on 0). Returns 0;
 * or -1 with errno ENOTSUP where the allocator has no such thread, or what starting one failed with.
 * Since 1.0. */
int zmalloc_background_thread(int on) ZMALLOC_LABEL(background_thread);

/* Gives the whole pages inside a block back to the system, at once: what was in the block, or in part
 * of it, is lost, and the block stays allocated and counted. To be called right before zfree(), or
 * before the block is written anew: a child of fork(), for one, can so drop what only its parent
 * goes on using. NULL, and blocks with no whole page inside, are no-ops. Keeps errno. Since 1.0. */
void zmadvise_dontneed(void *ptr) ZMALLOC_LABEL(madvise_dontneed);

/* Has the C library give unused memory of its malloc() back to the system (malloc_trim(3)), whatever
 * the allocator underneath; where it has no such function, a no-op. Keeps errno. Since 1.0. */
void zlibc_trim(void) ZMALLOC_LABEL(libc_trim);

#ifdef __cplusplus
}
#endif

#endif
