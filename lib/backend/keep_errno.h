/* SPDX-License-Identifier: BSD-3-Clause
 * errno across a call of an allocator that may change it when it gives memory back to the system. Its
 * address stays the same for all of a thread's life: it is asked for once, not twice per call. */
#ifndef ZMI_BACKEND_KEEP_ERRNO_H
#define ZMI_BACKEND_KEEP_ERRNO_H

#include <stddef.h>

#include "internal.h"
#include "thread.h"

int *zmi_find_errno(void);

struct kept_errno {
    int *address;
    int value;
};

ZMI_INLINE struct kept_errno keep_errno(void)
{
    int *address = zmi_thread.errno_address;
    if (ZMI_UNLIKELY(address == NULL))
        address = zmi_find_errno();
    return (struct kept_errno){address, *address};
}

ZMI_INLINE void restore_errno(struct kept_errno kept)
{
    if (ZMI_UNLIKELY(*kept.address != kept.value))
        *kept.address = kept.value;
}

#endif
