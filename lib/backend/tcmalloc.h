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

/* An aligned block may be a run of pages, outside the classes, with the size of one: tc_free_sized()
 * would take it for a member of that class. Such a block starts a page (of 4 KiB or more). */
ZMI_INLINE void allocator_free_sized(void *ptr, size_t usable)
{
#ifdef HAVE_TC_FREE_SIZED
    if (ZMI_LIKELY((uintptr_t)ptr % 4096 != 0)) {
        tc_free_sized(ptr, usable);
        return;
    }
#endif
    (void)usable;
    tc_free(ptr);
}

ZMI_INLINE size_t allocator_usable_size(void *ptr)
{
    return tc_malloc_size(ptr);
}
