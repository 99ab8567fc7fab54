/* SPDX-License-Identifier: BSD-3-Clause
 * What the sharded mode becomes on an allocator that keeps a sum per thread of what it hands out and
 * of what it takes back, and that nobody else uses: those sums are the account, and a call has only
 * to make sure that the account knows its thread. */
#include <stdatomic.h>
#include <stdint.h>

#include "accounting/slots.h"
#include "internal.h"
#include "thread.h"

/* True if the account knows the calling thread now; false where it does not and never will. */
bool zmi_counters_enter(void);

/* True if the account has seen all that the calling thread allocated. */
bool zmi_counters_look(void);

/* Of threads that are not known. */
ZMI_INLINE void *accounting_add(void *ptr, size_t bytes)
{
    zmi_slots_share(SLOTS_ALLOCATED, bytes);
    return ptr;
}

ZMI_INLINE void accounting_sub(size_t bytes)
{
    zmi_slots_share(SLOTS_FREED, bytes);
}

ZMI_INLINE void accounting_shrink(size_t bytes)
{
    accounting_sub(bytes);
}

ZMI_INLINE void accounting_before_new_block(void)
{
    /* Who sees this allocation also sees every free that came before it. No instruction on x86. */
    atomic_thread_fence(memory_order_release);
}

ZMI_INLINE bool accounting_sees_new_block(void)
{
    return atomic_load_explicit(zmi_thread.counted, memory_order_relaxed) < zmi_thread.look_at;
}

ZMI_INLINE bool accounting_sees_free(void)
{
    return zmi_thread.known;
}

ZMI_INLINE bool accounting_saw_new_block(void)
{
    return zmi_counters_look();
}

ZMI_INLINE bool accounting_enters_thread(void)
{
    return zmi_counters_enter();
}
