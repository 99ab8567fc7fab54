/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of the functions of Redis 7.0 and 7.2, all of them. */
#define HAS_DIRTY_OF_PID
#define HAS_SMAPS_OF_PID
#define HAS_MEMORY_SIZE
#define HAS_TRY_AND_USABLE
#define HAS_EXTENSION
#define HAS_INFO
#define HAS_PURGE

#include "caller.h"

FUNCTIONS_OF_ALL_AGES;
CALL(size_t, zmalloc_get_private_dirty((long){-1}));
FUNCTION(size_t, zmalloc_get_smap_bytes_by_field, (char *, long));
FUNCTION(size_t, zmalloc_get_memory_size, (void));
FUNCTIONS_THAT_TRY_AND_TELL;
FUNCTION(void *, zcalloc_num, (size_t, size_t));
FUNCTION(void *, extend_to_usable, (void *, size_t));
FUNCTION(void, zmadvise_dontneed, (void *));
FUNCTION(int, get_proc_stat_ll, (int, long long *));
FUNCTION(int, zmalloc_get_allocator_info, (size_t *, size_t *, size_t *));
FUNCTION(void, set_jemalloc_bg_thread, (int));
FUNCTION(int, jemalloc_purge, (void));

int redis_70000(void)
{
    return call_all();
}
