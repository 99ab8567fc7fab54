/* SPDX-License-Identifier: BSD-3-Clause
 * Backend jemalloc: which library runs, and where its parts are. */
#include <dlfcn.h>

#include "backend/backend.h"
#include "backend/jemalloc_common.h"

/* ---- malloc() and free() --------------------------------------------------------------------- */

static void *malloc_by_mallocx(size_t size)
{
    return je_mallocx(size, 0);
}

static void free_by_dallocx(void *ptr)
{
    je_dallocx(ptr, 0);
}

struct zmi_jemalloc zmi_jemalloc = {malloc_by_mallocx, free_by_dallocx};

#define NAME_OF_(symbol) #symbol
#define NAME_OF(symbol) NAME_OF_(symbol)

/* A function of the object that is loaded at base, and of no other. */
static void *function_at(void *object, const void *base, const char *name)
{
    Dl_info found;
    void *function = dlsym(object, name);
    if (function == NULL || dladdr(function, &found) == 0 || found.dli_fbase != base)
        return NULL;
    return function;
}

/* Both or neither: whatever names a program has, blocks go back where they came from. */
__attribute__((constructor)) static void find_short_paths(void)
{
    Dl_info info;
    if (dladdr((void *)je_mallocx, &info) == 0)
        return;
    void *object = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    if (object == NULL)
        object = dlopen(NULL, RTLD_LAZY); /* jemalloc was linked into the program */
    if (object == NULL)
        return;
    struct zmi_jemalloc functions;
    *(void **)&functions.malloc = function_at(object, info.dli_fbase, NAME_OF(je_malloc));
    *(void **)&functions.free = function_at(object, info.dli_fbase, NAME_OF(je_free));
    if (functions.malloc != NULL && functions.free != NULL)
        zmi_jemalloc = functions;
    dlclose(object); /* it stays, for this library needs it */
}

/* ---- The thread's sums ----------------------------------------------------------------------- */

ZMI_COLD bool zmi_jemalloc_find_sums(void)
{
    return jemalloc_find_sums(&zmi_thread.allocated, &zmi_thread.freed);
}

/* ---- Without them ---------------------------------------------------------------------------- */

ZMI_COLD void *zmi_jemalloc_mallocx_unseen(size_t size, int flags)
{
    if (zmi_jemalloc_find_sums())
        return jemalloc_mallocx(size, flags, NULL);
    void *ptr = je_mallocx(size, flags);
    if (ptr != NULL)
        accounting_add(ptr, je_sallocx(ptr, 0));
    return ptr;
}

ZMI_COLD void *zmi_jemalloc_rallocx_unseen(void *ptr, size_t size)
{
    if (zmi_jemalloc_find_sums())
        return backend_realloc(ptr, size, NULL);
    return jemalloc_resize_by_size(ptr, size);
}

ZMI_COLD void zmi_jemalloc_free_unseen(void *ptr)
{
    if (zmi_jemalloc_find_sums()) {
        backend_free(ptr, NULL);
        return;
    }
    struct kept_errno kept = keep_errno();
    accounting_sub(je_sallocx(ptr, 0));
    je_dallocx(ptr, 0);
    restore_errno(kept);
}

const char *zmi_backend_name(void)
{
    return jemalloc_name();
}
