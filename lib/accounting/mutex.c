/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode mutex: the counter, its lock, and the lock's life across fork(). */
#include "accounting/accounting.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static size_t used;
static size_t peak;
static size_t live_blocks;
static uint64_t allocated_total; /* what was freed is the difference */

/* True when locked: the matching leave() must unlock even if the process became single-threaded in
 * between, so the answer is kept rather than asked again. */
static bool enter(void)
{
    if (accounting_alone())
        return false;
    pthread_mutex_lock(&mutex);
    return true;
}

static void leave(bool locked)
{
    if (locked)
        pthread_mutex_unlock(&mutex);
}

void *zmi_mutex_add(void *ptr, size_t bytes)
{
    bool locked = enter();
    used += bytes;
    if (used > peak)
        peak = used;
    allocated_total += bytes;
    if (ZMI_LIKELY(ptr != NULL)) /* else a block grew */
        live_blocks++;
    leave(locked);
    return ptr;
}

void zmi_mutex_sub(size_t bytes)
{
    bool locked = enter();
    used -= bytes;
    live_blocks--;
    leave(locked);
}

void zmi_mutex_shrink(size_t bytes)
{
    bool locked = enter();
    used -= bytes;
    leave(locked);
}

size_t zmi_accounting_used(void)
{
    bool locked = enter();
    size_t bytes = used;
    leave(locked);
    return bytes;
}

size_t zmi_accounting_peak(void)
{
    bool locked = enter();
    size_t bytes = peak;
    leave(locked);
    return bytes;
}

void zmi_accounting_reset_peak(void)
{
    bool locked = enter();
    peak = used;
    leave(locked);
}

struct accounting_figures zmi_accounting_figures(void)
{
    bool locked = enter();
    struct accounting_figures figures = {
        .used = used,
        .peak = peak,
        .live_blocks = figure_known(live_blocks),
        .allocated_total = figure_known(allocated_total),
        .freed_total = figure_known(allocated_total - used),
    };
    leave(locked);
    return figures;
}

static void lock_for_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock_after_fork(void)
{
    pthread_mutex_unlock(&mutex);
}

/* A child forked while another thread holds the mutex would wait for it for ever. */
__attribute__((constructor)) static void survive_fork(void)
{
    pthread_atfork(lock_for_fork, unlock_after_fork, unlock_after_fork);
}
