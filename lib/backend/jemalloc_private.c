/* SPDX-License-Identifier: BSD-3-Clause
 * Backend on a private jemalloc: what the account does not see by itself, where a thread's sums are,
 * and the name. */
#include "accounting/slots.h"
#include "backend/backend.h"
#include "backend/jemalloc_common.h"

const char *zmi_backend_name(void)
{
    return jemalloc_name();
}

/* ---- Unseen ---------------------------------------------------------------------------------- */

void *zmi_jemalloc_new_unseen(void *ptr)
{
    return accounting_saw_new_block() ? ptr : accounting_add(ptr, je_sallocx(ptr, 0));
}

void *zmi_jemalloc_resize_unseen(void *ptr, size_t size)
{
    if (accounting_enters_thread())
        return backend_realloc(ptr, size, NULL);
    return jemalloc_resize_by_size(ptr, size);
}

void zmi_jemalloc_free_unseen(void *ptr)
{
    if (accounting_enters_thread()) {
        je_free(ptr);
        return;
    }
    size_t size = je_sallocx(ptr, 0);
    accounting_sub(size);
    je_sdallocx(ptr, size, 0);
}

/* ---- The thread's sums ----------------------------------------------------------------------- */

bool zmi_backend_sums(const _Atomic(size_t) *sums[SLOTS_DIRECTIONS])
{
    const uint64_t *allocated, *freed;
    _Static_assert(sizeof(uint64_t) == sizeof(size_t), "jemalloc's sums are read in one piece");
    if (!jemalloc_find_sums(&allocated, &freed))
        return false;
    sums[SLOTS_ALLOCATED] = (const _Atomic(size_t) *)allocated;
    sums[SLOTS_FREED] = (const _Atomic(size_t) *)freed;
    return true;
}
