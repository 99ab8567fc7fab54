/* SPDX-License-Identifier: BSD-3-Clause
 * Allocate, reallocate, free: validate, ask the backend, fail. Nothing else is decided here, and
 * NULL, zero sizes, limits and errno are decided nowhere else. The backend counts what it does. */
#include <errno.h>
#include <stdint.h>

#include <zmalloc.h>

#include "backend/backend.h"
#include "internal.h"
#include "oom.h"

/* What a failed allocation does before NULL is returned. */
enum on_failure { TRY, CALL_HANDLER };

/* Out of line: each allocating function ends in a jump to one of these two. */
ZMI_COLD static void *give_up(void)
{
    errno = ENOMEM;
    return NULL;
}

ZMI_COLD static void *call_handler_and_give_up(size_t size)
{
    zmi_out_of_memory(size);
    return give_up();
}

ZMI_INLINE void *fail(size_t size, size_t *usable, enum on_failure on_failure)
{
    if (usable != NULL)
        *usable = 0;
    return on_failure == CALL_HANDLER ? call_handler_and_give_up(size) : give_up();
}

ZMI_INLINE void *allocate(size_t size, size_t *usable, enum on_failure on_failure)
{
    void *ptr = backend_malloc(size, usable);
    return ZMI_LIKELY(ptr != NULL) ? ptr : fail(size, usable, on_failure);
}

ZMI_INLINE void *allocate_zeroed(size_t size, size_t *usable, enum on_failure on_failure)
{
    void *ptr = backend_calloc(size, usable);
    return ZMI_LIKELY(ptr != NULL) ? ptr : fail(size, usable, on_failure);
}

ZMI_INLINE void release(void *ptr, size_t *usable)
{
    if (ptr != NULL)
        backend_free(ptr, usable);
    else if (usable != NULL)
        *usable = 0;
}

ZMI_INLINE void *reallocate(void *old, size_t size, size_t *usable, enum on_failure on_failure)
{
    if (old == NULL)
        return allocate(size, usable, on_failure);
    if (size == 0) {
        release(old, NULL);
        if (usable != NULL)
            *usable = 0;
        return NULL;
    }
    void *ptr = size <= PTRDIFF_MAX ? backend_realloc(old, size, usable) : NULL;
    return ZMI_LIKELY(ptr != NULL) ? ptr : fail(size, usable, on_failure);
}

ZMI_EXPORT void zfree(void *ptr)
{
    release(ptr, NULL);
}

ZMI_EXPORT void *zmalloc(size_t size)
{
    return allocate(size, NULL, CALL_HANDLER);
}

ZMI_EXPORT void *zcalloc(size_t size)
{
    return allocate_zeroed(size, NULL, CALL_HANDLER);
}

ZMI_EXPORT void *zcalloc_num(size_t num, size_t size)
{
    size_t bytes;
    if (ZMI_UNLIKELY(__builtin_mul_overflow(num, size, &bytes)))
        bytes = SIZE_MAX;
    return allocate_zeroed(bytes, NULL, CALL_HANDLER);
}

ZMI_EXPORT void *zrealloc(void *ptr, size_t size)
{
    return reallocate(ptr, size, NULL, CALL_HANDLER);
}

ZMI_EXPORT void *zaligned_alloc(size_t alignment, size_t size)
{
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    if (alignment < _Alignof(max_align_t))
        alignment = _Alignof(max_align_t);
    void *ptr = NULL;
    if (ZMI_LIKELY(size <= PTRDIFF_MAX && alignment <= PTRDIFF_MAX - size))
        ptr = backend_aligned_alloc(alignment, size, NULL);
    return ptr != NULL ? ptr : call_handler_and_give_up(size);
}

ZMI_EXPORT void zfree_sized(void *ptr, size_t size)
{
    if (ptr != NULL)
        backend_free_sized(ptr, size);
}

ZMI_EXPORT void *ztrymalloc(size_t size)
{
    return allocate(size, NULL, TRY);
}

ZMI_EXPORT void *ztrycalloc(size_t size)
{
    return allocate_zeroed(size, NULL, TRY);
}

ZMI_EXPORT void *ztryrealloc(void *ptr, size_t size)
{
    return reallocate(ptr, size, NULL, TRY);
}

ZMI_EXPORT void *zmalloc_usable(size_t size, size_t *usable)
{
    return allocate(size, usable, CALL_HANDLER);
}

ZMI_EXPORT void *zcalloc_usable(size_t size, size_t *usable)
{
    return allocate_zeroed(size, usable, CALL_HANDLER);
}

ZMI_EXPORT void *zrealloc_usable(void *ptr, size_t size, size_t *usable)
{
    return reallocate(ptr, size, usable, CALL_HANDLER);
}

ZMI_EXPORT void *ztrymalloc_usable(size_t size, size_t *usable)
{
    return allocate(size, usable, TRY);
}

ZMI_EXPORT void *ztrycalloc_usable(size_t size, size_t *usable)
{
    return allocate_zeroed(size, usable, TRY);
}

ZMI_EXPORT void *ztryrealloc_usable(void *ptr, size_t size, size_t *usable)
{
    return reallocate(ptr, size, usable, TRY);
}

ZMI_EXPORT void zfree_usable(void *ptr, size_t *usable)
{
    release(ptr, usable);
}

ZMI_EXPORT size_t zmalloc_size(void *ptr)
{
    return ptr == NULL ? 0 : backend_counted_size(ptr);
}

ZMI_EXPORT size_t zmalloc_usable_size(void *ptr)
{
    return ptr == NULL ? 0 : backend_usable_size(ptr);
}

/* A call, for which the compiler takes the word of the declaration. */
ZMI_EXPORT void *zmalloc_extend_to_usable(void *ptr, size_t size)
{
    (void)size;
    return ptr;
}
