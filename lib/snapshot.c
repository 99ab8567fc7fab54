/* SPDX-License-Identifier: BSD-3-Clause
 * All figures of one moment, and what is derived from them. */
#include "snapshot.h"

#include <errno.h>

#include <zmalloc.h>

#include "accounting/accounting.h"
#include "clock.h"
#include "figure.h"
#include "internal.h"
#include "report.h"

/* ---- Reading --------------------------------------------------------------------------------- */

static void take_account(struct zmalloc_snapshot *snapshot)
{
    struct accounting_figures account = zmi_accounting_figures();
    snapshot->used = figure_known(account.used);
    snapshot->peak = figure_known(account.peak);
    snapshot->live_blocks = account.live_blocks;
    snapshot->allocated_total = account.allocated_total;
    snapshot->freed_total = account.freed_total;
}

static void take_process(struct zmalloc_snapshot *snapshot)
{
    struct zmalloc_process_memory memory = {.size = sizeof(memory)};
    zmalloc_get_process_memory(-1, &memory);
#define TAKE(name, unit, help) snapshot->name = memory.name;
    ZMALLOC_RESIDENT_FIGURES(TAKE, )
#undef TAKE
}

static void take_limits(struct zmalloc_snapshot *snapshot)
{
    struct zmalloc_memory_limits limits = {.size = sizeof(limits)};
    zmalloc_get_memory_limits(&limits);
#define TAKE(name, unit, help) snapshot->name = limits.name;
    ZMALLOC_LIMIT_FIGURES(TAKE, )
#undef TAKE
}

static void take_allocator(struct zmalloc_snapshot *snapshot)
{
    struct zmalloc_allocator_stats stats = {.size = sizeof(stats), .flags = ZMALLOC_STATS_REFRESH};
    zmalloc_get_allocator_stats(&stats);
#define TAKE(name, unit, help) snapshot->allocator_##name = stats.name;
    ZMALLOC_ALLOCATOR_FIGURES(TAKE, )
#undef TAKE
}

static void derive(struct zmalloc_snapshot *snapshot)
{
    if (snapshot->rss.state != ZMALLOC_KNOWN)
        return;
    snapshot->fragmentation_bytes = (int64_t)(snapshot->rss.value - snapshot->used.value);
    if (snapshot->used.value != 0)
        snapshot->fragmentation_ratio = (double)snapshot->rss.value / (double)snapshot->used.value;
}

/* What is compared with each other is read next to each other; what takes longest comes last. */
void zmi_snapshot_take(struct zmalloc_snapshot *snapshot)
{
    int saved_errno = errno;
    *snapshot =
        (struct zmalloc_snapshot){.size = sizeof(*snapshot), .time = figure_known(clock_now())};
    take_account(snapshot);
    take_process(snapshot);
    take_allocator(snapshot);
    take_limits(snapshot);
    derive(snapshot);
    errno = saved_errno;
}

enum { FIRST_MEMBER = offsetof(struct zmalloc_snapshot, fragmentation_ratio) };

ZMI_EXPORT int zmalloc_snapshot(struct zmalloc_snapshot *snapshot)
{
    struct zmalloc_snapshot own;
    if (!zmi_figures_fit(snapshot, FIRST_MEMBER, 0))
        return -1;
    zmi_snapshot_take(&own);
    zmi_figures_give(snapshot, &own, sizeof(own));
    return 0;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static const struct report_row rows[] = {
#define ROW(name, unit, help) REPORT_ROW(zmalloc_snapshot, name, unit, help)
    ZMALLOC_SNAPSHOT_FIGURES(ROW)
#undef ROW
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) <= REPORT_ROWS, "a report has room for all");

static void write_report(struct zmi_report *report, const void *figures)
{
    const struct zmalloc_snapshot *snapshot = figures;
    bool has_rss = snapshot->rss.state == ZMALLOC_KNOWN;
    zmi_report_ratio(
        report, "fragmentation_ratio", "rss / used", has_rss && snapshot->used.value != 0,
        snapshot->fragmentation_ratio);
    zmi_report_balance(
        report, "fragmentation", "rss - used", has_rss, snapshot->fragmentation_bytes);
    zmi_report_rows(report, snapshot, rows, sizeof(rows) / sizeof(rows[0]));
}

static const struct report_kind kind = {
    .subject = "snapshot",
    .prefix = "",
    .first_member = FIRST_MEMBER,
    .size = sizeof(struct zmalloc_snapshot),
    .write = write_report};

ZMI_EXPORT int zmalloc_snapshot_write(const struct zmalloc_snapshot *snapshot, int fd, int format)
{
    return zmi_report_write(&kind, snapshot, fd, format);
}

ZMI_EXPORT size_t zmalloc_snapshot_print(
    const struct zmalloc_snapshot *snapshot, char *buffer, size_t size, int format)
{
    return zmi_report_print(&kind, snapshot, buffer, size, format);
}
