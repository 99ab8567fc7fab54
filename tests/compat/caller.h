/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of an old age: functions are called as they were by programs, and their results looked
 * at. The file of the age says first which of those it has that are not of all ages, by a macro for
 * each, and has the types of all. */
#ifndef TESTS_COMPAT_CALLER_H
#define TESTS_COMPAT_CALLER_H

#include "call.h"
#include "call_allocator.h"
#include "call_process.h"
#include "call_usable.h"

/* Returns how many rules did not hold. */
static inline int call_all(void)
{
    call_basic();
#ifdef HAS_THREAD_SAFENESS
    call_thread_safeness();
#endif
#if defined HAS_RATIO_NOW || defined HAS_RATIO_OF_RSS
    call_ratio();
#endif
#if defined HAS_DIRTY || defined HAS_DIRTY_OF_PID
    call_dirty();
#endif
#if defined HAS_SMAPS || defined HAS_SMAPS_OF_PID
    call_smaps();
#endif
#ifdef HAS_MEMORY_SIZE
    call_memory_size();
#endif
#ifdef HAS_USABLE_OF_POINTER
    call_usable_of_pointer();
#endif
#ifdef HAS_TRY_AND_USABLE
    call_trying();
    call_usable();
#endif
#ifdef HAS_EXTENSION
    call_extension();
#endif
#ifdef HAS_SIZED_FREE
    call_sized_free();
#endif
#ifdef HAS_BOTH_USABLE
    call_both_usable();
#endif
#if defined HAS_INFO || defined HAS_INFO_OF_SIX || defined HAS_INFO_TO_REFRESH
    call_info();
#endif
#ifdef HAS_INFO_TO_REFRESH
    call_refresh();
#endif
#ifdef HAS_PURGE
    call_purge();
#endif
#ifdef HAS_FLAGS
    call_with_flags();
#endif
    expect_equal("in the end, nothing is used", zmalloc_used_memory(), 0);
    return failures;
}

#endif
