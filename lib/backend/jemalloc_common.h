/* SPDX-License-Identifier: BSD-3-Clause
 * What the backends on a jemalloc library and on a private one have in common off the hot path: what
 * jemalloc tells of itself and of blocks by mallctl(), and how a block is resized that no sum tells
 * of. For their .c files, after backend.h, which declares the je_ functions. */
#ifndef ZMI_BACKEND_JEMALLOC_CTL_H
#define ZMI_BACKEND_JEMALLOC_CTL_H

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static char jemalloc_name_buffer[64] = "jemalloc";

static void jemalloc_ask_version(void)
{
    const char *version;
    size_t size = sizeof(version);
    if (je_mallctl("version", &version, &size, NULL, 0) != 0)
        return;
    /* "5.3.0-0-g54eaed…": release, commits since, revision. */
    int release = (int)strcspn(version, "-");
    snprintf(jemalloc_name_buffer, sizeof(jemalloc_name_buffer), "jemalloc-%.*s", release, version);
}

static inline const char *jemalloc_name(void)
{
    static pthread_once_t asked = PTHREAD_ONCE_INIT;
    pthread_once(&asked, jemalloc_ask_version);
    return jemalloc_name_buffer;
}

/* False, and both NULL, where this jemalloc was built without statistics. */
static inline bool jemalloc_find_sums(const uint64_t **allocated, const uint64_t **freed)
{
    uint64_t *at[2];
    size_t size = sizeof(at[0]);
    if (je_mallctl("thread.allocatedp", &at[0], &size, NULL, 0) != 0 ||
        je_mallctl("thread.deallocatedp", &at[1], &size, NULL, 0) != 0)
        return false;
    *allocated = at[0];
    *freed = at[1];
    return true;
}

static bool jemalloc_held(size_t *bytes)
{
    const uint64_t *allocated, *freed;
    if (!jemalloc_find_sums(&allocated, &freed))
        return false;
    *bytes = (size_t)(*allocated - *freed);
    return true;
}

/* jemalloc(3), arenas.lookup: since 5.1. */
static enum backend_owns jemalloc_owns(const void *ptr)
{
    unsigned arena;
    size_t size = sizeof(arena);
    switch (je_mallctl("arenas.lookup", &arena, &size, (void *)&ptr, sizeof(ptr))) {
    case 0:
        return BACKEND_OWNS;
    case EINVAL:
        return BACKEND_OWNS_NOT;
    default:
        return BACKEND_CANNOT_TELL;
    }
}

const struct backend_identity *zmi_backend_identity(void)
{
    static const struct backend_identity identity = {
        .function = (void *)je_mallocx,
        .held = jemalloc_held,
        .owns = jemalloc_owns,
    };
    return &identity;
}

/* Where the thread's sums do not tell: jemalloc is asked for both sizes. */
static inline void *jemalloc_resize_by_size(void *ptr, size_t size)
{
    size_t before = je_sallocx(ptr, 0);
    ptr = je_rallocx(ptr, size, 0);
    if (ptr != NULL)
        accounting_replace(before, je_sallocx(ptr, 0));
    return ptr;
}

#endif
