/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of the functions of Redis 2.8, all of them. */
#define HAS_THREAD_SAFENESS
#define HAS_RATIO_NOW
#define HAS_DIRTY

#include "caller.h"

FUNCTIONS_OF_ALL_AGES;
FUNCTION(void, zmalloc_enable_thread_safeness, (void));
CALL(float, zmalloc_get_fragmentation_ratio());
FUNCTION(size_t, zmalloc_get_private_dirty, (void));

int redis_20800(void)
{
    return call_all();
}
