/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of the functions of Redis 3.0 and 3.2, all of them. */
#define HAS_THREAD_SAFENESS
#define HAS_RATIO_OF_RSS
#define HAS_DIRTY
#define HAS_SMAPS
#define HAS_MEMORY_SIZE

#include "caller.h"

FUNCTIONS_OF_ALL_AGES;
FUNCTION(void, zmalloc_enable_thread_safeness, (void));
FUNCTION(float, zmalloc_get_fragmentation_ratio, (size_t));
FUNCTION(size_t, zmalloc_get_private_dirty, (void));
FUNCTION(size_t, zmalloc_get_smap_bytes_by_field, (char *));
FUNCTION(size_t, zmalloc_get_memory_size, (void));

int redis_30000(void)
{
    return call_all();
}
