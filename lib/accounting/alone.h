/* SPDX-License-Identifier: BSD-3-Clause
 * Whether the modes with one shared counter need to synchronise: only once there is a second
 * thread, which the C library knows. */
#ifndef ZMI_ACCOUNTING_ALONE_H
#define ZMI_ACCOUNTING_ALONE_H

#include <stdatomic.h>
#include <stdbool.h>

#if __has_include(<sys/single_threaded.h>)
#    include <sys/single_threaded.h>
#else
#    define __libc_single_threaded 0
#endif

extern atomic_bool zmi_always_synchronise;

static inline bool accounting_alone(void)
{
    return __libc_single_threaded &&
           !atomic_load_explicit(&zmi_always_synchronise, memory_order_relaxed);
}

#endif
