/* SPDX-License-Identifier: BSD-3-Clause
 * Why the resident set is not as large as what is in use.
 *
 * The allocator's memory is used + slack + bypassed + held + metadata, of which some is in RAM, some
 * is swapped out, and the rest is untouched. What is in RAM and anonymous is that and what is other
 * people's. The kernel does not tell the two apart, so their difference is all there is to go by:
 *
 *     untouched - others = allocator's memory - anonymous memory in RAM - swapped
 *
 * If it is above zero, so much is untouched; if below, so much is others', and unexplained. */
#include "explain.h"

#include <errno.h>
#include <stdbool.h>

#ifdef __GLIBC__
#    include <gnu/libc-version.h>
#    include <malloc.h>
#    define LIBC_COUNTS __GLIBC_PREREQ(2, 33) /* mallinfo2() */
#else
#    define LIBC_COUNTS 0
#endif

#include <zmalloc.h>

#include "accounting/accounting.h"
#include "backend/backend.h"
#include "figure.h"
#include "internal.h"
#include "object.h"
#include "process/process.h"
#include "report.h"

/* ---- Arithmetic ------------------------------------------------------------------------------ */

static bool is_told(struct zmalloc_figure figure)
{
    return figure.state == ZMALLOC_KNOWN || figure.state == ZMALLOC_AT_MOST;
}

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static uint64_t above(uint64_t value, uint64_t limit)
{
    return value > limit ? value - limit : 0;
}

/* Of those that are told: a part that an allocator has not is no part of the sum. */
static struct zmalloc_figure sum(struct zmalloc_figure one, struct zmalloc_figure other)
{
    if (!is_told(one) || !is_told(other))
        return is_told(other) ? other : one;
    bool exact = one.state == ZMALLOC_KNOWN && other.state == ZMALLOC_KNOWN;
    uint64_t bytes = one.value + other.value;
    return exact ? figure_known(bytes) : figure_at_most(bytes);
}

/* ---- The causes ------------------------------------------------------------------------------ */

/* Bytes that are counted once, where the figures may be bounds of the same bytes. */
struct shares {
    uint64_t slack, bypassed, held, untouched;
};

/* No block costs more beside it than half of what is counted for it: glibc's smallest has 24 bytes
 * and takes 32. */
static void
split_blocks(const struct explain_facts *facts, struct zmalloc_explanation *out, struct shares *of)
{
    struct zmalloc_figure allocated = facts->stats.allocated;
    uint64_t over = is_told(allocated) ? above(allocated.value, facts->used) : 0;
    uint64_t beside = is_told(facts->beside) ? facts->beside.value : 0;
    uint64_t slack = least(over, facts->used / 2);
    switch (allocated.state) {
    case ZMALLOC_KNOWN: /* of an allocator whose blocks are counted as it counts them */
        out->slack = figure_known(0);
        out->bypassed = sum(figure_known(over), facts->beside);
        of->bypassed = out->bypassed.value;
        break;
    case ZMALLOC_AT_MOST:
        out->slack = figure_at_most(slack);
        out->bypassed = figure_at_most(over + beside);
        of->slack = slack >= over - slack ? over : 0;
        of->bypassed = over - of->slack + beside;
        break;
    default:
        out->slack = allocated;
        out->bypassed = is_told(facts->beside) ? facts->beside : allocated;
        of->bypassed = beside;
    }
}

static void split_held(const struct zmalloc_allocator_stats *stats, struct zmalloc_explanation *out)
{
    out->held = sum(stats->free_memory, stats->thread_caches);
    out->metadata = stats->metadata;
    out->held_in_pages = stats->small_bin_fragmentation;
    out->held_as_pages = sum(stats->dirty, stats->muzzy);
    out->held_in_caches = sum(stats->thread_caches, stats->shared_caches);
}

static void find_untouched(
    const struct explain_facts *facts, struct zmalloc_explanation *out, struct shares *of)
{
    const struct mapping_sums *anonymous = &facts->mappings.of[MAPPING_ANONYMOUS];
    uint64_t memory =
        facts->used + of->slack + of->bypassed + out->held.value + out->metadata.value;
    uint64_t missing = above(memory, anonymous->rss + anonymous->swap);
    of->held = out->held.value;
    if (out->held.state == ZMALLOC_AT_MOST) { /* pages given back are still in it */
        uint64_t given_back = least(missing, out->held.value);
        of->held -= given_back;
        missing -= given_back;
    }
    of->untouched = missing;
    if (facts->stats.allocated.state == ZMALLOC_UNKNOWN && missing == 0)
        out->untouched = facts->stats.allocated;
    else if (
        facts->stats.allocated.state == ZMALLOC_AT_MOST || facts->beside.state == ZMALLOC_AT_MOST)
        out->untouched = figure_at_most(missing);
    else
        out->untouched = figure_known(missing);
}

/* ---- The largest ----------------------------------------------------------------------------- */

struct candidate {
    const char *name;
    uint64_t bytes;
};

static void consider(struct candidate *largest, const char *name, uint64_t bytes)
{
    if (bytes > largest->bytes)
        *largest = (struct candidate){name, bytes};
}

/* A kind that is most of what is held says more than that it is held. */
static const char *kind_of_held(const struct zmalloc_explanation *explanation, uint64_t held)
{
    struct candidate kind = {"held", held / 2};
    consider(&kind, "held_in_pages", explanation->held_in_pages.value);
    consider(&kind, "held_as_pages", explanation->held_as_pages.value);
    consider(&kind, "held_in_caches", explanation->held_in_caches.value);
    return kind.name;
}

static const char *largest(const struct zmalloc_explanation *explanation, const struct shares *of)
{
    int64_t rest = explanation->unexplained;
    struct candidate found = {"unexplained", rest < 0 ? -(uint64_t)rest : (uint64_t)rest};
    consider(&found, "slack", of->slack);
    consider(&found, "metadata", explanation->metadata.value);
    consider(&found, "bypassed", of->bypassed);
    consider(&found, "mappings", explanation->mappings.value);
    consider(&found, "untouched", of->untouched);
    consider(&found, "swapped", explanation->swapped.value);
    if (of->held > found.bytes)
        return kind_of_held(explanation, of->held);
    return found.name;
}

void zmi_explain(const struct explain_facts *facts, struct zmalloc_explanation *explanation)
{
    const struct mapping_sums *of = facts->mappings.of;
    uint64_t rss = of[MAPPING_ANONYMOUS].rss + of[MAPPING_FILE].rss + of[MAPPING_SYSTEM].rss;
    struct zmalloc_explanation out = {
        .size = sizeof(out),
        .rss = rss,
        .used = facts->used,
        .gap = (int64_t)(rss - facts->used),
        .mappings = figure_known(of[MAPPING_FILE].rss + of[MAPPING_SYSTEM].rss),
        .swapped = figure_known(of[MAPPING_ANONYMOUS].swap),
    };
    struct shares shares = {0};
    split_blocks(facts, &out, &shares);
    split_held(&facts->stats, &out);
    find_untouched(facts, &out, &shares);
    uint64_t more =
        shares.slack + shares.bypassed + shares.held + out.metadata.value + out.mappings.value;
    out.unexplained = out.gap - (int64_t)more + (int64_t)(shares.untouched + out.swapped.value);
    out.largest = largest(&out, &shares);
    *explanation = out;
}

/* ---- This process ---------------------------------------------------------------------------- */

/* The bytes that the C library's malloc() has handed out at most: glibc takes what others got by sbrk(2)
 * between two pieces of its own for handed out, as tcmalloc does at its start. Unknown with ENODATA
 * where malloc() of the process is another one, and with ENOTSUP where the C library does not count. */
#if LIBC_COUNTS
static struct zmalloc_figure handed_out_by_libc(void)
{
    const void *glibc = zmi_object_at((const void *)gnu_get_libc_version).base;
    if (glibc == NULL || zmi_object_of("malloc").base != glibc ||
        zmi_object_of("mallinfo2").base != glibc)
        return figure_unknown(ENODATA);
    struct mallinfo2 info = mallinfo2();
    return figure_at_most(info.uordblks + info.hblkhd);
}
#else
static struct zmalloc_figure handed_out_by_libc(void)
{
    return figure_unknown(ENOTSUP);
}
#endif

enum { FIRST_MEMBER = offsetof(struct zmalloc_explanation, rss) };

ZMI_EXPORT int zmalloc_explain(struct zmalloc_explanation *explanation)
{
    struct explain_facts facts = {
        .stats = {.size = sizeof(facts.stats), .flags = ZMALLOC_STATS_REFRESH},
        .beside = figure_unknown(ENODATA),
    };
    struct zmalloc_explanation own;
    int saved_errno = errno;
    if (!zmi_figures_fit(explanation, FIRST_MEMBER, 0))
        return -1;
    int error = zmi_process_mappings("", &facts.mappings);
    if (error != 0) {
        errno = error;
        return -1;
    }
    facts.used = zmi_accounting_used();
    zmalloc_get_allocator_stats(&facts.stats);
    if (zmi_backend_identity()->process_malloc == NULL)
        facts.beside = handed_out_by_libc();
    zmi_explain(&facts, &own);
    zmi_figures_give(explanation, &own, sizeof(own));
    errno = saved_errno;
    return 0;
}

/* ---- As text --------------------------------------------------------------------------------- */

static const struct report_row rows[] = {
#define ROW(name, unit, help) REPORT_ROW(zmalloc_explanation, name, unit, help)
    ZMALLOC_CAUSES(ROW, )
#undef ROW
};

static void write_report(struct zmi_report *report, const void *figures)
{
    const struct zmalloc_explanation *explanation = figures;
    const struct report_row rss = {"rss", "in RAM: resident set size", 0, UNIT_BYTES};
    const struct report_row used = {"used", "in live blocks", 0, UNIT_BYTES};
    zmi_report_row(report, &rss, figure_known(explanation->rss));
    zmi_report_row(report, &used, figure_known(explanation->used));
    zmi_report_balance(report, "gap", "rss - used", true, explanation->gap);
    zmi_report_rows(report, explanation, rows, sizeof(rows) / sizeof(rows[0]));
    zmi_report_balance(
        report, "unexplained", "that the causes leave of it", true, explanation->unexplained);
    zmi_report_word(
        report, "largest", "cause",
        explanation->largest == NULL ? "unknown" : explanation->largest);
}

static const struct report_kind kind = {
    .subject = "explanation",
    .prefix = "explanation_",
    .first_member = FIRST_MEMBER,
    .size = sizeof(struct zmalloc_explanation),
    .write = write_report};

ZMI_EXPORT int
zmalloc_explanation_write(const struct zmalloc_explanation *explanation, int fd, int format)
{
    return zmi_report_write(&kind, explanation, fd, format);
}

ZMI_EXPORT size_t zmalloc_explanation_print(
    const struct zmalloc_explanation *explanation, char *buffer, size_t size, int format)
{
    return zmi_report_print(&kind, explanation, buffer, size, format);
}
