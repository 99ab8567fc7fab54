/* SPDX-License-Identifier: BSD-3-Clause
 * The figures of jemalloc, a library's or a private one's, and what it can be asked to do: all by
 * mallctl(), the names of which jemalloc(3) documents. A jemalloc built without statistics, or an older
 * one, lacks some. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include <zmalloc/allocator.h>

#include "backend/backend.h"
#include "figure.h"

/* Stands for all arenas together; before 5.0, their number did. MALLCTL_ARENAS_ALL of the header is
 * that of the jemalloc compiled against, not of the one that runs. */
enum { ALL_ARENAS = 4096 };

/* Holds any name below, with two numbers in it. */
enum { NAME_SIZE = 96 };

/* A number where there is no error. */
struct answer {
    int error;
    size_t value;
};

static int ask(const char *name, void *value, size_t size)
{
    size_t given = size;
    int error = je_mallctl(name, value, &given, NULL, 0);
    return error == ENOENT ? ENOTSUP : error;
}

static struct answer ask_size(const char *name)
{
    struct answer answer = {.value = 0};
    answer.error = ask(name, &answer.value, sizeof(answer.value));
    return answer;
}

static struct answer ask_unsigned(const char *name)
{
    unsigned value = 0;
    int error = ask(name, &value, sizeof(value));
    return (struct answer){error, value};
}

static struct answer ask_of_arena(unsigned arena, const char *member)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof(name), "stats.arenas.%u.%s", arena, member);
    return ask_size(name);
}

/* Of pages, in bytes. */
static struct answer ask_pages(unsigned arena, const char *member)
{
    struct answer page = ask_size("arenas.page");
    struct answer pages = ask_of_arena(arena, member);
    return (struct answer){page.error != 0 ? page.error : pages.error, pages.value * page.value};
}

static struct answer sum(struct answer one, struct answer other)
{
    return (struct answer){one.error != 0 ? one.error : other.error, one.value + other.value};
}

/* For what older versions had, or newer ones have, under a name of its own. */
static struct answer or_nothing(struct answer answer)
{
    return answer.error == ENOTSUP ? (struct answer){0, 0} : answer;
}

static struct zmalloc_figure figure_of(struct answer answer)
{
    return answer.error == 0 ? figure_known(answer.value) : figure_unknown(answer.error);
}

/* ---- Arenas ---------------------------------------------------------------------------------- */

/* As of the last refresh: it holds figures of those that were in use then. */
static bool has_arena(unsigned arena)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof(name), "stats.arenas.%u.nthreads", arena);
    return ask_unsigned(name).error == 0;
}

static unsigned all_arenas(void)
{
    return has_arena(ALL_ARENAS) ? ALL_ARENAS : (unsigned)ask_unsigned("arenas.narenas").value;
}

/* ---- Figures that are made of several --------------------------------------------------------- */

static struct answer free_in_bin(unsigned arena, unsigned bin)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof(name), "arenas.bin.%u.size", bin);
    struct answer size = ask_size(name);
    uint32_t blocks_per_slab = 0;
    snprintf(name, sizeof(name), "arenas.bin.%u.nregs", bin);
    int error = ask(name, &blocks_per_slab, sizeof(blocks_per_slab));
    snprintf(name, sizeof(name), "stats.arenas.%u.bins.%u.curslabs", arena, bin);
    struct answer slabs = ask_size(name);
    snprintf(name, sizeof(name), "stats.arenas.%u.bins.%u.curregs", arena, bin);
    struct answer used = ask_size(name);
    struct answer all = sum(sum(size, slabs), sum(used, (struct answer){error, 0}));
    if (all.error != 0)
        return (struct answer){all.error, 0};
    size_t blocks = slabs.value * blocks_per_slab;
    return (struct answer){0, blocks > used.value ? (blocks - used.value) * size.value : 0};
}

static struct answer small_bin_fragmentation(unsigned arena)
{
    struct answer bins = ask_unsigned("arenas.nbins");
    struct answer total = {bins.error, 0};
    for (unsigned bin = 0; total.error == 0 && bin < bins.value; bin++)
        total = sum(total, free_in_bin(arena, bin));
    return total;
}

/* stashed: since 5.3, blocks that a check for use after free holds back. */
static struct answer thread_caches(unsigned arena)
{
    return sum(
        ask_of_arena(arena, "tcache_bytes"),
        or_nothing(ask_of_arena(arena, "tcache_stashed_bytes")));
}

/* jemalloc counts a block in a thread's cache as handed out. */
static struct zmalloc_figure without_caches(struct answer handed_out, struct answer caches)
{
    if (handed_out.error != 0)
        return figure_unknown(handed_out.error);
    if (caches.error != 0)
        return figure_at_most(handed_out.value);
    return figure_known(handed_out.value > caches.value ? handed_out.value - caches.value : 0);
}

/* ---- The two structures of figures ------------------------------------------------------------- */

/* What is asked for in the same way of one arena and of all. */
static void fill_common(struct zmalloc_allocator_stats *stats, unsigned arena)
{
    struct answer dirty = ask_pages(arena, "pdirty");
    struct answer muzzy = ask_pages(arena, "pmuzzy");
    struct answer fragmentation = small_bin_fragmentation(arena);
    stats->dirty = figure_of(dirty);
    stats->muzzy = figure_of(muzzy);
    stats->small_bin_fragmentation = figure_of(fragmentation);
    stats->free_memory = figure_of(sum(fragmentation, sum(dirty, muzzy)));
    stats->thread_caches = figure_of(thread_caches(arena));
}

static void fill_all(struct zmalloc_allocator_stats *stats)
{
    unsigned all = all_arenas();
    fill_common(stats, all);
    stats->allocated = without_caches(ask_size("stats.allocated"), thread_caches(all));
    stats->active = figure_of(ask_size("stats.active"));
    stats->resident = figure_of(ask_size("stats.resident"));
    stats->retained = figure_of(ask_size("stats.retained"));
    stats->metadata = figure_of(ask_size("stats.metadata"));
    stats->mapped = figure_of(ask_size("stats.mapped"));
    stats->arenas = figure_of(ask_unsigned("arenas.narenas"));
}

static void fill_arena(struct zmalloc_allocator_stats *stats, unsigned arena)
{
    struct answer handed_out =
        sum(sum(ask_of_arena(arena, "small.allocated"), ask_of_arena(arena, "large.allocated")),
            or_nothing(ask_of_arena(arena, "huge.allocated"))); /* before 5.0 */
    fill_common(stats, arena);
    /* The caches of an arena's threads may hold blocks of other arenas: they are no part of a sum. */
    stats->allocated =
        handed_out.error == 0 ? figure_at_most(handed_out.value) : figure_of(handed_out);
    stats->active = figure_of(ask_pages(arena, "pactive"));
    stats->resident = figure_of(ask_of_arena(arena, "resident"));
    stats->retained = figure_of(ask_of_arena(arena, "retained"));
    stats->metadata = figure_of(sum(ask_of_arena(arena, "base"), ask_of_arena(arena, "internal")));
    stats->mapped = figure_of(ask_of_arena(arena, "mapped"));
}

int zmi_backend_stats(struct zmalloc_allocator_stats *stats)
{
    if ((stats->flags & ZMALLOC_STATS_REFRESH) != 0) {
        uint64_t epoch = 1; /* any number: jemalloc counts by itself */
        (void)je_mallctl("epoch", NULL, NULL, &epoch, sizeof(epoch));
    }
    if ((stats->flags & ZMALLOC_STATS_ARENA) == 0) {
        fill_all(stats);
        return 0;
    }
    /* 4096 and above, and before 5.0 the number of arenas, are no arena. */
    if (stats->arena >= ask_unsigned("arenas.narenas").value || !has_arena(stats->arena))
        return EINVAL;
    fill_arena(stats, stats->arena);
    return 0;
}

/* ---- Requests -------------------------------------------------------------------------------- */

int zmi_backend_purge(void)
{
    char name[NAME_SIZE];
    /* Of other threads' caches jemalloc has no call. EFAULT: the calling thread has none. */
    (void)je_mallctl("thread.tcache.flush", NULL, NULL, NULL, 0);
    snprintf(name, sizeof(name), "arena.%u.purge", all_arenas());
    int error = je_mallctl(name, NULL, NULL, NULL, 0);
    return error == ENOENT ? ENOTSUP : error;
}

int zmi_backend_background_thread(bool on)
{
    int error = je_mallctl("background_thread", NULL, NULL, &on, sizeof(on));
    return error == ENOENT ? ENOTSUP : error;
}
