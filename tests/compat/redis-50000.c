/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of the functions of Redis 5.0, all of them. */
#define HAS_DIRTY_OF_PID
#define HAS_SMAPS_OF_PID
#define HAS_MEMORY_SIZE
#define HAS_USABLE_OF_POINTER
#define HAS_INFO

#include "caller.h"

FUNCTIONS_OF_ALL_AGES;
CALL(size_t, zmalloc_get_private_dirty((long){-1}));
FUNCTION(size_t, zmalloc_get_smap_bytes_by_field, (char *, long));
FUNCTION(size_t, zmalloc_get_memory_size, (void));
CALL(size_t, zmalloc_usable((void *){NULL}));
FUNCTION(int, zmalloc_get_allocator_info, (size_t *, size_t *, size_t *));

int redis_50000(void)
{
    return call_all();
}
