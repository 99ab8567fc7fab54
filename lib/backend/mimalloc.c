/* SPDX-License-Identifier: BSD-3-Clause
 * Backend mimalloc: the name of the build that is running, and what that tells of itself. */
#include "backend/backend.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#include <zmalloc/allocator.h>

#include "figure.h"

static char name[64];

static void ask(void)
{
    /* One digit each for minor and patch up to 2.2.x and 3.1.x (209 is 2.0.9), two in later
     * releases (20405 is 2.4.5). */
    int version = mi_version();
    int step = version < 10000 ? 10 : 100;
    snprintf(
        name, sizeof(name), "mimalloc-%d.%d.%d", version / (step * step), version / step % step,
        version % step);
}

const char *zmi_backend_name(void)
{
    static pthread_once_t asked = PTHREAD_ONCE_INIT;
    pthread_once(&asked, ask);
    return name;
}

/* It keeps no counter in builds without statistics. Its map of regions ends far below the addresses
 * that a system may give; a walk over the thread's heap has no such limit, and takes longer. */
static enum backend_owns owns(const void *ptr)
{
#ifdef HAVE_MI_IS_IN_HEAP_REGION
    if (mi_is_in_heap_region(ptr))
        return BACKEND_OWNS;
#endif
    return mi_check_owned(ptr) ? BACKEND_OWNS : BACKEND_OWNS_NOT;
}

const struct backend_identity *zmi_backend_identity(void)
{
    static const struct backend_identity identity = {
        .function = (void *)mi_malloc,
        .owns = owns,
    };
    return &identity;
}

size_t zmi_backend_good_size(size_t size)
{
    return mi_good_size(size);
}

/* ---- Its figures ------------------------------------------------------------------------------ */

/* What it has committed is counted in every build; what it has handed out, in builds for debugging
 * alone, and those tell it as text. A walk over blocks sees the calling thread's heap only. */
int zmi_backend_stats(struct zmalloc_allocator_stats *stats)
{
    if ((stats->flags & ZMALLOC_STATS_ARENA) != 0)
        return ENOTSUP;
    size_t elapsed, user, system, rss, peak_rss, committed, peak_committed, faults;
    mi_process_info(
        &elapsed, &user, &system, &rss, &peak_rss, &committed, &peak_committed, &faults);
    /* A difference of two sums, which other threads move: it may be below nothing for a moment. */
    stats->mapped = committed <= PTRDIFF_MAX ? figure_known(committed) : figure_unknown(ERANGE);
    stats->resident = stats->mapped;
    return 0;
}

int zmi_backend_purge(void)
{
    mi_collect(true);
    return 0;
}

int zmi_backend_background_thread(bool on)
{
    (void)on;
    return ENOTSUP;
}
