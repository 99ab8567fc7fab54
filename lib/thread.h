/* SPDX-License-Identifier: BSD-3-Clause
 * What the library keeps for each thread: one cache line, reached in one step. Each part belongs to
 * the file that its comment names; a build uses those of its backend and accounting mode. */
#ifndef ZMI_THREAD_H
#define ZMI_THREAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* dlopen() of a library with so small an initial-exec block works in glibc, which keeps a reserve for
 * them; other C libraries refuse one. Measured: 1.3-2.3 ns a counted call, against 3.4-7.6 for the
 * other models. The block is that of the whole library: with a private jemalloc it is 2.7 KiB, which
 * the reserve does not hold, and one initial-exec access to any of it asks for the reserve. */
#if defined(__GLIBC__) && !defined(ZMI_DYNAMIC_TLS)
#    define ZMI_TLS _Thread_local __attribute__((tls_model("initial-exec")))
#else
#    define ZMI_TLS _Thread_local
#endif

struct zmi_slot;

struct zmi_thread {
    /* accounting/sharded.c: &zmi_no_slot before the thread's first call and once its slot is gone. */
    struct zmi_slot *slot;

    /* accounting/counters.c: the thread's sum of what it allocated, by the allocator, and from which
     * value on the account wants to see it. Of a thread that the account does not know: a sum that
     * is high enough for any look. */
    const _Atomic(size_t) *counted;
    size_t look_at;

    /* backend/jemalloc.c: the thread's sums, by jemalloc; NULL before the thread's first call, and
     * where it keeps none. */
    const uint64_t *allocated;
    const uint64_t *freed;

    /* backend/keep_errno.c: NULL before the thread's first call. */
    int *errno_address;

    /* accounting/sharded.c, accounting/counters.c: had its slot, or was refused one. */
    bool left;

    /* accounting/counters.c: the account reads the thread's sums. */
    bool known;

    /* accounting/counters.c: of destructors, at the thread's end. */
    unsigned char rounds;
};

extern ZMI_TLS struct zmi_thread zmi_thread;

/* Stands for a slot: its sums are such that no thread ever adds to them, nor could. */
extern const struct zmi_slot zmi_no_slot;

/* Set slot and counted to what they were before the thread's first call. */
void zmi_thread_forget_slot(void);
void zmi_thread_forget_sums(void);

#endif
