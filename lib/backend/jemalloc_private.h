/* SPDX-License-Identifier: BSD-3-Clause
 * Backend: a jemalloc that is part of this library, under names that begin with zmi_je_ and that
 * nobody else in the process can reach. So the sums that it keeps per thread are the account itself
 * where the accounting mode reads them, and nothing is added up here; where it does not, jemalloc is
 * asked for the size. */

/* Its header, with these names in place of its own. */
#define je_malloc zmi_je_malloc
#define je_free zmi_je_free
#define je_mallocx zmi_je_mallocx
#define je_rallocx zmi_je_rallocx
#define je_sdallocx zmi_je_sdallocx
#define je_sallocx zmi_je_sallocx
#define je_nallocx zmi_je_nallocx
#define je_mallctl zmi_je_mallctl
#define JEMALLOC_NO_DEMANGLE
#define JEMALLOC_NO_RENAME
#include <jemalloc/jemalloc.h>

/* sallocx() and nallocx() are pure (so says the header): where nobody wants a size, none is asked. */

/* For what the account does not see by itself: a thread's first call, the time after its last, modes
 * that are told. They count, and return ptr. */
void *zmi_jemalloc_new_unseen(void *ptr);
void *zmi_jemalloc_resize_unseen(void *ptr, size_t size);
void zmi_jemalloc_free_unseen(void *ptr);

ZMI_INLINE void *jemalloc_count(void *ptr, size_t size, int flags, size_t *usable)
{
    if (ZMI_UNLIKELY(ptr == NULL))
        return NULL;
    backend_tell(usable, je_nallocx(size, flags));
    return ZMI_LIKELY(accounting_sees_new_block()) ? ptr : zmi_jemalloc_new_unseen(ptr);
}

ZMI_INLINE void *backend_malloc(size_t size, size_t *usable)
{
    accounting_before_new_block();
    void *ptr = je_malloc(backend_size_for_any_type(size));
    return jemalloc_count(ptr, backend_size_for_any_type(size), 0, usable);
}

ZMI_INLINE void *backend_calloc(size_t size, size_t *usable)
{
    accounting_before_new_block();
    void *ptr = je_mallocx(backend_size_for_any_type(size), MALLOCX_ZERO);
    return jemalloc_count(ptr, backend_size_for_any_type(size), 0, usable);
}

ZMI_INLINE void *backend_aligned_alloc(size_t alignment, size_t size, size_t *usable)
{
    int flags = MALLOCX_ALIGN(alignment);
    size = backend_size_not_zero(size);
    accounting_before_new_block();
    return jemalloc_count(je_mallocx(size, flags), size, flags, usable);
}

ZMI_INLINE void *backend_realloc(void *ptr, size_t size, size_t *usable)
{
    size = backend_size_for_any_type(size);
    if (ZMI_UNLIKELY(!accounting_sees_free())) {
        ptr = zmi_jemalloc_resize_unseen(ptr, size);
        if (ptr != NULL)
            backend_tell(usable, je_nallocx(size, 0));
        return ptr;
    }
    accounting_before_new_block();
    return jemalloc_count(je_rallocx(ptr, size, 0), size, 0, usable);
}

/* errno is kept by jemalloc_system.c. */
ZMI_INLINE void backend_free(void *ptr, size_t *usable)
{
    backend_tell(usable, je_sallocx(ptr, 0));
    if (ZMI_LIKELY(accounting_sees_free()))
        je_free(ptr);
    else
        zmi_jemalloc_free_unseen(ptr);
}

ZMI_INLINE void backend_free_sized(void *ptr, size_t size)
{
    if (ZMI_LIKELY(accounting_sees_free()))
        je_sdallocx(ptr, backend_size_for_any_type(size), 0);
    else
        zmi_jemalloc_free_unseen(ptr);
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
    return accounting_sees_free() || accounting_enters_thread() ? "thread counters" : "allocator";
}
