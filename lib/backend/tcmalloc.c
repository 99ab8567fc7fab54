/* SPDX-License-Identifier: BSD-3-Clause
 * Backend tcmalloc: where its memory comes from, and the name of the build that is running. */
#include "backend/backend.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if __has_include(<gperftools/malloc_extension_c.h>)
#    include <gperftools/malloc_extension_c.h>
#else /* before 2.0 */
#    include <google/malloc_extension_c.h>
#endif
#ifdef HAVE_TC_NALLOCX
#    include <gperftools/nallocx.h>
#endif

/* tcmalloc takes memory by sbrk() before it maps any, and so does the C library's malloc(), which the
 * rest of the process goes on using. sbrk() takes no lock that they share, so that both were given the
 * same memory when two threads called at once. From here on tcmalloc maps, as TCMALLOC_SKIP_SBRK=1 in
 * the environment would have it. A variable of C++; tcmalloc's own functions for C do not reach it. */
extern bool tcmalloc_skips_sbrk __asm__(
    "_ZN60FLAG__namespace_do_not_use_directly_use_DECLARE_bool_instead22FLAGS_malloc_skip_sbrkE")
    __attribute__((weak));

__attribute__((constructor)) static void leave_the_break_to_libc(void)
{
    if (&tcmalloc_skips_sbrk != NULL)
        tcmalloc_skips_sbrk = true;
}

static char name[64];

static void ask(void)
{
    int major, minor;
    const char *patch;
    tc_version(&major, &minor, &patch);
    snprintf(name, sizeof(name), "tcmalloc-%d.%d%s", major, minor, patch);
}

const char *zmi_backend_name(void)
{
    static pthread_once_t asked = PTHREAD_ONCE_INIT;
    pthread_once(&asked, ask);
    return name;
}

static bool held(size_t *bytes)
{
    return MallocExtension_GetNumericProperty("generic.current_allocated_bytes", bytes);
}

static enum backend_owns owns(const void *ptr)
{
#ifdef HAVE_MALLOCEXTENSION_GETOWNERSHIP
    switch (MallocExtension_GetOwnership(ptr)) {
    case MallocExtension_kOwned:
        return BACKEND_OWNS;
    case MallocExtension_kNotOwned:
        return BACKEND_OWNS_NOT;
    default:
        break;
    }
#else
    (void)ptr;
#endif
    return BACKEND_CANNOT_TELL;
}

const struct backend_identity *zmi_backend_identity(void)
{
    static const struct backend_identity identity = {
        .function = (void *)tc_malloc,
        .held = held,
        .owns = owns,
    };
    return &identity;
}

/* A sampled block takes whole pages, whatever its size; only the environment tells of sampling. */
static bool samples(void)
{
    const char *bytes = getenv("TCMALLOC_SAMPLE_PARAMETER");
    return bytes != NULL && strcmp(bytes, "0") != 0;
}

size_t zmi_backend_good_size(size_t size)
{
#ifdef HAVE_TC_NALLOCX
    return samples() ? 0 : tc_nallocx(size, 0);
#else
    (void)size;
    return 0;
#endif
}
