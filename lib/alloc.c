/* SPDX-License-Identifier: BSD-3-Clause
 * Allocate, reallocate, free: validate, ask the backend, account, fail. Nothing else is decided
 * here, and NULL, zero sizes, limits and errno are decided nowhere else. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <zmalloc.h>

#include "accounting/accounting.h"
#include "backend/backend.h"
#include "internal.h"
#include "oom.h"

/* What a failed allocation does before NULL is returned. */
enum on_failure { TRY, CALL_HANDLER };

#define INLINE static inline __attribute__((always_inline))

INLINE size_t counted_size(void *ptr)
{
    return backend_counted_size(ptr, backend_usable_size(ptr));
}

INLINE void *fail(size_t size, size_t *usable, enum on_failure on_failure)
{
    if (usable != NULL)
        *usable = 0;
    if (on_failure == CALL_HANDLER)
        zmi_out_of_memory(size);
    errno = ENOMEM;
    return NULL;
}

/* Accounts for a block fresh from the backend, or fails if there is none. */
INLINE void *accept(void *ptr, size_t size, size_t *usable, enum on_failure on_failure)
{
    if (ZMI_UNLIKELY(ptr == NULL))
        return fail(size, usable, on_failure);
    size_t usable_size = backend_usable_size(ptr);
    accounting_add(backend_counted_size(ptr, usable_size));
    if (usable != NULL)
        *usable = usable_size;
    return ptr;
}

/* size 0 takes a byte: every block is unique and every backend sees a size. */
INLINE void *allocate(size_t size, size_t *usable, enum on_failure on_failure)
{
    void *ptr = ZMI_LIKELY(size <= PTRDIFF_MAX) ? backend_malloc(size + (size == 0)) : NULL;
    return accept(ptr, size, usable, on_failure);
}

INLINE void *allocate_zeroed(size_t size, size_t *usable, enum on_failure on_failure)
{
    void *ptr = ZMI_LIKELY(size <= PTRDIFF_MAX) ? backend_calloc(size + (size == 0)) : NULL;
    return accept(ptr, size, usable, on_failure);
}

/* Counted off before the backend has it back: from then on it may be another thread's. */
INLINE void release(void *ptr, size_t *usable, bool sized)
{
    if (usable != NULL)
        *usable = 0;
    if (ptr == NULL)
        return;
    size_t usable_size = backend_usable_size(ptr);
    accounting_sub(backend_counted_size(ptr, usable_size));
    if (usable != NULL)
        *usable = usable_size;
    int saved_errno = BACKEND_FREE_KEEPS_ERRNO ? 0 : errno;
    if (sized)
        backend_free_sized(ptr, usable_size);
    else
        backend_free(ptr);
    if (!BACKEND_FREE_KEEPS_ERRNO)
        errno = saved_errno;
}

INLINE void *reallocate(void *old, size_t size, size_t *usable, enum on_failure on_failure)
{
    if (old == NULL)
        return allocate(size, usable, on_failure);
    if (size == 0) {
        release(old, NULL, false);
        if (usable != NULL)
            *usable = 0;
        return NULL;
    }
    if (ZMI_UNLIKELY(size > PTRDIFF_MAX))
        return fail(size, usable, on_failure);
    size_t counted_before = counted_size(old);
    void *ptr = backend_realloc(old, size);
    if (ZMI_UNLIKELY(ptr == NULL))
        return fail(size, usable, on_failure);
    size_t usable_size = backend_usable_size(ptr);
    size_t counted = backend_counted_size(ptr, usable_size);
    if (counted > counted_before)
        accounting_add(counted - counted_before);
    else if (counted < counted_before)
        accounting_sub(counted_before - counted);
    if (usable != NULL)
        *usable = usable_size;
    return ptr;
}

ZMI_EXPORT void zfree(void *ptr)
{
    release(ptr, NULL, false);
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
        ptr = backend_aligned_alloc(alignment, size + (size == 0));
    return accept(ptr, size, NULL, CALL_HANDLER);
}

ZMI_EXPORT void zfree_sized(void *ptr, size_t size)
{
    (void)size;
    release(ptr, NULL, true);
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
    release(ptr, usable, false);
}

ZMI_EXPORT size_t zmalloc_size(void *ptr)
{
    return ptr == NULL ? 0 : counted_size(ptr);
}
