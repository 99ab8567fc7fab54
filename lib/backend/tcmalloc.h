/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: gperftools' tcmalloc, by the names that no C library has. Its malloc() is never called:
 * in a shared library that name binds to the C library's function. */
#if __has_include(<gperftools/tcmalloc.h>)
#    include <gperftools/tcmalloc.h>
#else /* before 2.0 */
#    include <google/tcmalloc.h>
#endif

#include "backend/size_class.h"

ZMI_INLINE void *allocator_malloc(size_t size)
{
    return tc_malloc(size);
}

ZMI_INLINE void *allocator_calloc(size_t size)
{
    return tc_calloc(1, size);
}

ZMI_INLINE void *allocator_realloc(void *ptr, size_t size)
{
    return tc_realloc(ptr, size);
}

ZMI_INLINE void *allocator_aligned_alloc(size_t alignment, size_t size)
{
    return tc_memalign(alignment, size);
}

ZMI_INLINE void allocator_free(void *ptr)
{
    tc_free(ptr);
}

/* Not for a block whose size was asked of it: an aligned one may be a run of pages with the size of a
 * class, which tc_free_sized() would take for a member of that class. Nor would it be faster: the
 * look-up that it saves is not waited for. */
ZMI_INLINE void allocator_free_sized(void *ptr, size_t size)
{
#ifdef HAVE_TC_FREE_SIZED
    tc_free_sized(ptr, size);
#else
    (void)size;
    tc_free(ptr);
#endif
}

ZMI_INLINE size_t allocator_usable_size(void *ptr)
{
    return tc_malloc_size(ptr);
}
