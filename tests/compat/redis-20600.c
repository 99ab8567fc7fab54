/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of the functions of Redis 2.6, all of them. */
#define HAS_THREAD_SAFENESS
#define HAS_RATIO_NOW

#include "caller.h"

FUNCTIONS_OF_ALL_AGES;
FUNCTION(void, zmalloc_enable_thread_safeness, (void));
CALL(float, zmalloc_get_fragmentation_ratio());

int redis_20600(void)
{
    return call_all();
}
