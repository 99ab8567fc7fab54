/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of the functions of Redis 4.0, all of them. */
#define HAS_RATIO_OF_RSS
#define HAS_DIRTY_OF_PID
#define HAS_SMAPS_OF_PID
#define HAS_MEMORY_SIZE

#include "caller.h"

FUNCTIONS_OF_ALL_AGES;
FUNCTION(float, zmalloc_get_fragmentation_ratio, (size_t));
CALL(size_t, zmalloc_get_private_dirty((long){-1}));
FUNCTION(size_t, zmalloc_get_smap_bytes_by_field, (char *, long));
FUNCTION(size_t, zmalloc_get_memory_size, (void));

int redis_40000(void)
{
    return call_all();
}
