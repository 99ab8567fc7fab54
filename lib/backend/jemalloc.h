/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: jemalloc as a library of its own, by the names that no C library has. Its malloc() and
 * malloc_usable_size() are never called by name: in a shared library those names bind to the C
 * library's functions.
 *
 * jemalloc counts, per thread, the bytes it hands out and takes back (jemalloc(3),
 * thread.allocatedp). By how much these sums move is the size of a block: nobody need ask for it. */

/* Keeps the je_ names, which jemalloc's header maps to whatever names the build exports: some
 * distributions prefix them. */
#define JEMALLOC_NO_DEMANGLE
#include <jemalloc/jemalloc.h>

#include "backend/keep_errno.h"

/* jemalloc's malloc() and free(), which have short paths that mallocx() and dallocx() lack: half
 * the instructions in 5.3. Looked up in the very library that mallocx() comes from. */
extern struct zmi_jemalloc {
    void *(*malloc)(size_t size);
    void (*free)(void *ptr);
} zmi_jemalloc;

/* Whether zmi_thread points to the calling thread's sums. */
ZMI_INLINE bool jemalloc_has_sums(void)
{
    return ZMI_LIKELY(zmi_thread.allocated != NULL);
}

/* Makes it so; false where this jemalloc keeps none. */
bool zmi_jemalloc_find_sums(void);

/* ---- Making blocks --------------------------------------------------------------------------- */

/* For a thread's first call, and where jemalloc keeps no sums: it is asked for the size. */
void *zmi_jemalloc_mallocx_unseen(size_t size, int flags);
void *zmi_jemalloc_rallocx_unseen(void *ptr, size_t size);
void zmi_jemalloc_free_unseen(void *ptr);

ZMI_INLINE void *jemalloc_ask(void *ptr, size_t *usable)
{
    if (ptr != NULL)
        backend_tell(usable, je_sallocx(ptr, 0));
    return ptr;
}

/* Before and after: the thread's sum. */
ZMI_INLINE void *jemalloc_count(void *ptr, uint64_t before, const uint64_t *after, size_t *usable)
{
    if (ZMI_UNLIKELY(ptr == NULL))
        return NULL;
    size_t bytes = (size_t)(*after - before);
    backend_tell(usable, bytes);
    return accounting_add(ptr, bytes);
}

ZMI_INLINE void *backend_malloc(size_t size, size_t *usable)
{
    if (ZMI_UNLIKELY(!jemalloc_has_sums()))
        return jemalloc_ask(
            zmi_jemalloc_mallocx_unseen(backend_size_for_any_type(size), 0), usable);
    const uint64_t *sum = zmi_thread.allocated;
    uint64_t before = *sum;
    void *ptr = zmi_jemalloc.malloc(backend_size_for_any_type(size));
    return jemalloc_count(ptr, before, sum, usable);
}

ZMI_INLINE void *jemalloc_mallocx(size_t size, int flags, size_t *usable)
{
    if (ZMI_UNLIKELY(!jemalloc_has_sums()))
        return jemalloc_ask(zmi_jemalloc_mallocx_unseen(size, flags), usable);
    const uint64_t *sum = zmi_thread.allocated;
    uint64_t before = *sum;
    return jemalloc_count(je_mallocx(size, flags), before, sum, usable);
}

ZMI_INLINE void *backend_calloc(size_t size, size_t *usable)
{
    return jemalloc_mallocx(backend_size_for_any_type(size), MALLOCX_ZERO, usable);
}

ZMI_INLINE void *backend_aligned_alloc(size_t alignment, size_t size, size_t *usable)
{
    return jemalloc_mallocx(backend_size_not_zero(size), MALLOCX_ALIGN(alignment), usable);
}

/* Both sums move, also where the block stays in its place. */
ZMI_INLINE void *backend_realloc(void *ptr, size_t size, size_t *usable)
{
    size = backend_size_for_any_type(size);
    if (ZMI_UNLIKELY(!jemalloc_has_sums()))
        return jemalloc_ask(zmi_jemalloc_rallocx_unseen(ptr, size), usable);
    uint64_t allocated_before = *zmi_thread.allocated, freed_before = *zmi_thread.freed;
    ptr = je_rallocx(ptr, size, 0);
    if (ZMI_LIKELY(ptr != NULL)) {
        size_t after = (size_t)(*zmi_thread.allocated - allocated_before);
        backend_tell(usable, after);
        accounting_replace((size_t)(*zmi_thread.freed - freed_before), after);
    }
    return ptr;
}

/* ---- Freeing them ---------------------------------------------------------------------------- */

ZMI_INLINE void backend_free(void *ptr, size_t *usable)
{
    if (ZMI_UNLIKELY(!jemalloc_has_sums())) {
        backend_tell(usable, je_sallocx(ptr, 0));
        zmi_jemalloc_free_unseen(ptr);
        return;
    }
    struct kept_errno kept = keep_errno();
    const uint64_t *sum = zmi_thread.freed;
    uint64_t before = *sum;
    zmi_jemalloc.free(ptr);
    size_t bytes = (size_t)(*sum - before);
    backend_tell(usable, bytes);
    accounting_sub(bytes);
    restore_errno(kept);
}

ZMI_INLINE void backend_free_sized(void *ptr, size_t size)
{
    if (ZMI_UNLIKELY(!jemalloc_has_sums())) {
        zmi_jemalloc_free_unseen(ptr);
        return;
    }
    struct kept_errno kept = keep_errno();
    const uint64_t *sum = zmi_thread.freed;
    uint64_t before = *sum;
    je_sdallocx(ptr, backend_size_for_any_type(size), 0);
    accounting_sub((size_t)(*sum - before));
    restore_errno(kept);
}

ZMI_INLINE size_t backend_counted_size(void *ptr)
{
    return je_sallocx(ptr, 0);
}

ZMI_INLINE size_t backend_usable_size(void *ptr)
{
    return backend_counted_size(ptr);
}

ZMI_INLINE const char *backend_size_source(void)
{
    return zmi_jemalloc_find_sums() ? "thread counters" : "allocator";
}
