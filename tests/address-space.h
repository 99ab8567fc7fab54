/* SPDX-License-Identifier: BSD-3-Clause
 * Where pointers have 32 bits, a process on a 64-bit kernel can have one block of half its address
 * space: takes that away, so that PTRDIFF_MAX is too much everywhere. */
#ifndef TESTS_ADDRESS_SPACE_H
#define TESTS_ADDRESS_SPACE_H

#include <stdint.h>
#include <sys/mman.h>

static inline void leave_no_room_for_ptrdiff_max(void)
{
    size_t size = PTRDIFF_MAX - ((size_t)1 << 20);
    while (mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) !=
           MAP_FAILED)
        continue;
}

#endif
