/* SPDX-License-Identifier: BSD-3-Clause
 * For accounting modes that see nothing by themselves: they are told of every block. */
#ifndef ZMI_ACCOUNTING_TOLD_H
#define ZMI_ACCOUNTING_TOLD_H

#include <stdbool.h>

#include "internal.h"

ZMI_INLINE void accounting_before_new_block(void)
{
}

ZMI_INLINE bool accounting_sees_new_block(void)
{
    return false;
}

ZMI_INLINE bool accounting_sees_free(void)
{
    return false;
}

ZMI_INLINE bool accounting_saw_new_block(void)
{
    return false;
}

ZMI_INLINE bool accounting_enters_thread(void)
{
    return false;
}

#endif
