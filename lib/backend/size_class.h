/* SPDX-License-Identifier: BSD-3-Clause
 * Backends on allocators that round small requests up to size classes: how this one rounds is learned
 * from its blocks, and a table answers what would otherwise take a look at the block. The header of
 * the allocator (tcmalloc.h, mimalloc.h) defines the allocator_ functions and then includes this. */
#ifndef ZMI_BACKEND_SIZE_CLASS_H
#define ZMI_BACKEND_SIZE_CLASS_H

#include <stdatomic.h>
#include <string.h>

#include "backend/keep_errno.h"

ZMI_INLINE void *allocator_malloc(size_t size);
ZMI_INLINE void *allocator_calloc(size_t size);
ZMI_INLINE void *allocator_realloc(void *ptr, size_t size);
ZMI_INLINE void *allocator_aligned_alloc(size_t alignment, size_t size);
ZMI_INLINE void allocator_free(void *ptr);
ZMI_INLINE void allocator_free_sized(void *ptr, size_t size);
ZMI_INLINE size_t allocator_usable_size(void *ptr);

/* The usable size that a block of size bytes has by the allocator's own rule; 0: no such rule, or
 * none to trust in this process. */
size_t zmi_backend_good_size(size_t size);

/* ---- The table ------------------------------------------------------------------------------- */

enum { SIZE_CLASS_STEP = 8, SIZE_CLASS_LARGEST = 4096 };

/* By requests in steps of eight; 0 where none was seen yet, and everywhere once a block broke the
 * rule (another build of the allocator preloaded, one that debugs or samples). */
extern _Atomic(uint16_t) zmi_size_classes[SIZE_CLASS_LARGEST / SIZE_CLASS_STEP + 1];
extern atomic_bool zmi_size_classes_off;

/* The usable size of a block for which size was asked, or 0: not known, ask the allocator. */
ZMI_INLINE size_t size_class_of(size_t size)
{
    if (ZMI_UNLIKELY(size > SIZE_CLASS_LARGEST))
        return 0;
    size_t row = (size + SIZE_CLASS_STEP - 1) / SIZE_CLASS_STEP;
    return atomic_load_explicit(&zmi_size_classes[row], memory_order_relaxed);
}

/* What the allocator says of a new block for which the table had no answer; now it may have. */
size_t zmi_size_class_ask(void *ptr, size_t size);

/* ---- The contract ---------------------------------------------------------------------------- */

/* Off the hot path: for blocks that no row is for, and the first one of each row. */
void *zmi_size_class_malloc(size_t size, size_t *usable);
void *zmi_size_class_calloc(size_t size, size_t *usable);
void zmi_size_class_free(void *ptr);

ZMI_INLINE void *size_class_count(void *ptr, size_t bytes, size_t *usable)
{
    if (ZMI_UNLIKELY(ptr == NULL))
        return NULL;
    backend_tell(usable, bytes);
    return accounting_add(ptr, bytes);
}

ZMI_INLINE void size_class_free(void *ptr)
{
    struct kept_errno kept = keep_errno();
    allocator_free(ptr);
    restore_errno(kept);
}

/* A request for the size of the class gets a block of the class, and needs no check for the alignment
 * of any type. */
ZMI_INLINE void *backend_malloc(size_t size, size_t *usable)
{
    size_t bytes = size_class_of(size);
    if (ZMI_UNLIKELY(bytes == 0))
        return zmi_size_class_malloc(size, usable);
    return size_class_count(allocator_malloc(bytes), bytes, usable);
}

ZMI_INLINE void *backend_calloc(size_t size, size_t *usable)
{
    size_t bytes = size_class_of(size);
    if (ZMI_UNLIKELY(bytes == 0))
        return zmi_size_class_calloc(size, usable);
    return size_class_count(allocator_calloc(bytes), bytes, usable);
}

ZMI_INLINE void *backend_aligned_alloc(size_t alignment, size_t size, size_t *usable)
{
    void *ptr = allocator_aligned_alloc(alignment, backend_size_not_zero(size));
    if (ZMI_UNLIKELY(ptr == NULL))
        return NULL;
    size_t bytes = allocator_usable_size(ptr);
    backend_tell(usable, bytes);
    return accounting_add(ptr, bytes);
}

/* The allocators' own realloc() leaves a block in a class larger than the new size asks for, or
 * takes a larger one in advance. A small block always gets the class of its size here, for
 * backend_free_sized() goes by it. */
ZMI_INLINE void *backend_realloc(void *ptr, size_t size, size_t *usable)
{
    size_t before = allocator_usable_size(ptr);
    if (size > SIZE_CLASS_LARGEST ||
        atomic_load_explicit(&zmi_size_classes_off, memory_order_relaxed)) {
        ptr = allocator_realloc(ptr, size);
        if (ZMI_UNLIKELY(ptr == NULL))
            return NULL;
        size_t after = allocator_usable_size(ptr);
        backend_tell(usable, after);
        accounting_replace(before, after);
        return ptr;
    }
    size_t after = size_class_of(size);
    if (after == before) {
        backend_tell(usable, after);
        return ptr;
    }
    void *moved = allocator_malloc(backend_size_for_any_type(size));
    if (ZMI_UNLIKELY(moved == NULL))
        return NULL;
    if (after == 0)
        after = zmi_size_class_ask(moved, size);
    backend_tell(usable, after);
    memcpy(moved, ptr, before < size ? before : size);
    accounting_replace(before, after);
    size_class_free(ptr);
    return moved;
}

ZMI_INLINE void backend_free(void *ptr, size_t *usable)
{
    size_t bytes = allocator_usable_size(ptr);
    backend_tell(usable, bytes);
    accounting_sub(bytes);
    size_class_free(ptr);
}

ZMI_INLINE void backend_free_sized(void *ptr, size_t size)
{
    size_t bytes = size_class_of(size);
    if (ZMI_UNLIKELY(bytes == 0)) {
        zmi_size_class_free(ptr);
        return;
    }
    accounting_sub(bytes);
    struct kept_errno kept = keep_errno();
    allocator_free_sized(ptr, bytes);
    restore_errno(kept);
}

ZMI_INLINE size_t backend_counted_size(void *ptr)
{
    return allocator_usable_size(ptr);
}

ZMI_INLINE size_t backend_usable_size(void *ptr)
{
    return backend_counted_size(ptr);
}

ZMI_INLINE const char *backend_size_source(void)
{
    return atomic_load(&zmi_size_classes_off) ? "allocator" : "size classes";
}

#endif
