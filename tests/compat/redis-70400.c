/* SPDX-License-Identifier: BSD-3-Clause
 * A caller of the functions of Redis 7.4 and 8.0, all of them. */
#define HAS_DIRTY_OF_PID
#define HAS_SMAPS_OF_PID
#define HAS_MEMORY_SIZE
#define HAS_TRY_AND_USABLE
#define HAS_EXTENSION
#define HAS_INFO_TO_REFRESH
#define HAS_PURGE
#define HAS_FLAGS

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
FUNCTION(
    int, zmalloc_get_allocator_info,
    (int, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *));
FUNCTION(
    int, zmalloc_get_allocator_info_by_arena,
    (unsigned int, int, size_t *, size_t *, size_t *, size_t *));
FUNCTION(void, set_jemalloc_bg_thread, (int));
FUNCTION(int, jemalloc_purge, (void));
FUNCTION(void *, zmalloc_with_flags, (size_t, int));
FUNCTION(void *, zrealloc_with_flags, (void *, size_t, int));
FUNCTION(void, zfree_with_flags, (void *, int));

int redis_70400(void)
{
    return call_all();
}
