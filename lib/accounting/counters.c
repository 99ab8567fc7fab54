/* SPDX-License-Identifier: BSD-3-Clause
 * Which threads the account knows, where their sums are, and how they come and go. */
#include "accounting/accounting.h"

#include <limits.h>
#include <pthread.h>

/* A thread's sums lie in memory of the thread's own, which goes with it: no thread leaves while a
 * reader is at work. */
static pthread_mutex_t no_thread_leaves = PTHREAD_MUTEX_INITIALIZER;

static pthread_key_t key;
static bool key_exists;

static size_t load(const _Atomic(size_t) *sum)
{
    return atomic_load_explicit(sum, memory_order_acquire);
}

/* ---- Coming and going ----------------------------------------------------------------------- */

static void forget_thread(void)
{
    zmi_thread_forget_sums();
    zmi_thread.known = false;
    zmi_thread.left = true;
}

/* The slot keeps what the thread's sums hold: they are about to go, or will not move any more. */
static void take_over(struct zmi_slot *slot)
{
    for (unsigned i = 0; i < SLOTS_DIRECTIONS; i++) {
        if (slot->live[i] != NULL)
            atomic_fetch_add_explicit(&slot->bytes[i], load(slot->live[i]), memory_order_relaxed);
        slot->live[i] = NULL;
    }
}

#ifndef COUNTERS_ROUNDS
#    define COUNTERS_ROUNDS PTHREAD_DESTRUCTOR_ITERATIONS
#endif

/* The thread stays known to the last round of destructors, for all that others of them free; what
 * is freed by those that run after this one, in that round, is counted by size. */
static void at_thread_exit(void *slot)
{
    if (++zmi_thread.rounds < COUNTERS_ROUNDS && pthread_setspecific(key, slot) == 0)
        return;
    pthread_mutex_lock(&no_thread_leaves);
    take_over(slot);
    pthread_mutex_unlock(&no_thread_leaves);
    forget_thread();
    zmi_slots_disown(slot);
}

static void keep_threads(void)
{
    pthread_mutex_lock(&no_thread_leaves);
}

static void let_threads_leave(void)
{
    pthread_mutex_unlock(&no_thread_leaves);
}

/* Of the parent's threads the child has only this one. The others' sums are taken over before their
 * memory serves other threads. */
static void take_over_threads_of_the_parent(void)
{
    struct zmi_slot *slot;
    SLOTS_EACH(slot)
    {
        if (slot->live[SLOTS_ALLOCATED] != zmi_thread.counted) {
            take_over(slot);
            zmi_slots_disown(slot);
        }
    }
    let_threads_leave();
}

static void prepare(void)
{
    key_exists = pthread_key_create(&key, at_thread_exit) == 0;
    pthread_atfork(keep_threads, let_threads_leave, take_over_threads_of_the_parent);
}

static struct zmi_slot *own_slot(void)
{
    /* Not left to a constructor: those of other libraries may have run, and allocated, before. */
    static pthread_once_t prepared = PTHREAD_ONCE_INIT;
    pthread_once(&prepared, prepare);
    struct zmi_slot *slot = key_exists ? zmi_slots_own() : NULL;
    if (slot != NULL && pthread_setspecific(key, slot) != 0) {
        zmi_slots_disown(slot);
        slot = NULL;
    }
    return slot;
}

/* TAKEN_OVER: what the thread did so far is counted; what it does from now on is not. */
enum entrance { REFUSED, TAKEN_OVER, KNOWN };

static enum entrance enter(void)
{
    const _Atomic(size_t) *sums[SLOTS_DIRECTIONS];
    if (zmi_thread.known)
        return KNOWN;
    if (zmi_thread.left)
        return REFUSED;
    if (!zmi_backend_sums(sums)) {
        forget_thread();
        return REFUSED;
    }
    /* Known from here on: pthread_setspecific() may allocate, by way of us if the program's malloc()
     * is zmalloc(), and its block is in the sums that are taken in below. */
    zmi_thread.counted = sums[SLOTS_ALLOCATED];
    zmi_thread.look_at = SIZE_MAX;
    zmi_thread.known = true;
    struct zmi_slot *slot = own_slot();
    if (slot == NULL) {
        forget_thread();
        for (unsigned i = 0; i < SLOTS_DIRECTIONS; i++)
            zmi_slots_share(i, load(sums[i]));
        return TAKEN_OVER;
    }
    pthread_mutex_lock(&no_thread_leaves);
    for (unsigned i = 0; i < SLOTS_DIRECTIONS; i++)
        slot->live[i] = sums[i];
    pthread_mutex_unlock(&no_thread_leaves);
    zmi_thread.look_at = 0;
    return KNOWN;
}

ZMI_COLD bool zmi_counters_enter(void)
{
    return enter() == KNOWN;
}

/* ---- Reading -------------------------------------------------------------------------------- */

static size_t sum(enum slots_direction direction)
{
    size_t total = zmi_slots_shared(direction);
    struct zmi_slot *slot;
    SLOTS_EACH(slot)
    {
        total += atomic_load_explicit(&slot->bytes[direction], memory_order_relaxed);
        if (slot->live[direction] != NULL)
            total += load(slot->live[direction]);
    }
    return total;
}

void zmi_slots_sums(size_t *allocated, size_t *freed)
{
    pthread_mutex_lock(&no_thread_leaves);
    /* In this order: a block that changes hands meanwhile is missed, never counted twice. */
    *allocated = sum(SLOTS_ALLOCATED);
    *freed = sum(SLOTS_FREED);
    pthread_mutex_unlock(&no_thread_leaves);
}

ZMI_COLD bool zmi_counters_look(void)
{
    enum entrance entrance = enter();
    if (entrance == KNOWN) {
        zmi_thread.look_at = load(zmi_thread.counted) + SLOTS_PEAK_STEP;
        zmi_accounting_used();
    }
    return entrance != REFUSED;
}
