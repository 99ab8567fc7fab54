/* SPDX-License-Identifier: BSD-3-Clause
 * Every function of <zmalloc.h> that makes, resizes or frees a block, behind one signature each, so
 * that a rule is tried on all of them. */
#ifndef TESTS_FUNCTIONS_H
#define TESTS_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <zmalloc.h>

struct maker {
    const char *name;
    void *(*make)(size_t size, size_t *usable); /* sets *usable if tells_usable, else leaves it */
    bool calls_handler;
    bool tells_usable;
    bool zeroed;
    bool aligned; /* zfree_sized() does not take its blocks */
};

#define MAKER(name, call)                                                                          \
    static inline void *make_with_##name(size_t size, size_t *usable)                              \
    {                                                                                              \
        (void)usable;                                                                              \
        return call;                                                                               \
    }

MAKER(zmalloc, zmalloc(size))
MAKER(zcalloc, zcalloc(size))
MAKER(zcalloc_num, zcalloc_num(1, size))
MAKER(zcalloc_num_of_bytes, zcalloc_num(size, 1))
MAKER(zrealloc, zrealloc(NULL, size))
MAKER(zaligned_alloc, zaligned_alloc(64, size))
MAKER(ztrymalloc, ztrymalloc(size))
MAKER(ztrycalloc, ztrycalloc(size))
MAKER(ztryrealloc, ztryrealloc(NULL, size))
MAKER(zmalloc_usable, zmalloc_usable(size, usable))
MAKER(zcalloc_usable, zcalloc_usable(size, usable))
MAKER(zrealloc_usable, zrealloc_usable(NULL, size, usable))
MAKER(ztrymalloc_usable, ztrymalloc_usable(size, usable))
MAKER(ztrycalloc_usable, ztrycalloc_usable(size, usable))
MAKER(ztryrealloc_usable, ztryrealloc_usable(NULL, size, usable))

static const struct maker makers[] = {
    {"zmalloc", make_with_zmalloc, .calls_handler = true},
    {"zcalloc", make_with_zcalloc, .calls_handler = true, .zeroed = true},
    {"zcalloc_num(1, n)", make_with_zcalloc_num, .calls_handler = true, .zeroed = true},
    {"zcalloc_num(n, 1)", make_with_zcalloc_num_of_bytes, .calls_handler = true, .zeroed = true},
    {"zrealloc", make_with_zrealloc, .calls_handler = true},
    {"zaligned_alloc", make_with_zaligned_alloc, .calls_handler = true, .aligned = true},
    {"ztrymalloc", make_with_ztrymalloc, .calls_handler = false},
    {"ztrycalloc", make_with_ztrycalloc, .zeroed = true},
    {"ztryrealloc", make_with_ztryrealloc, .calls_handler = false},
    {"zmalloc_usable", make_with_zmalloc_usable, .calls_handler = true, .tells_usable = true},
    {"zcalloc_usable", make_with_zcalloc_usable, .calls_handler = true, .tells_usable = true,
     .zeroed = true},
    {"zrealloc_usable", make_with_zrealloc_usable, .calls_handler = true, .tells_usable = true},
    {"ztrymalloc_usable", make_with_ztrymalloc_usable, .tells_usable = true},
    {"ztrycalloc_usable", make_with_ztrycalloc_usable, .tells_usable = true, .zeroed = true},
    {"ztryrealloc_usable", make_with_ztryrealloc_usable, .tells_usable = true},
};

struct resizer {
    const char *name;
    void *(*resize)(void *ptr, size_t size, size_t *usable);
    bool calls_handler;
    bool tells_usable;
};

#define RESIZER(name, call)                                                                        \
    static inline void *resize_with_##name(void *ptr, size_t size, size_t *usable)                 \
    {                                                                                              \
        (void)usable;                                                                              \
        return call;                                                                               \
    }

RESIZER(zrealloc, zrealloc(ptr, size))
RESIZER(ztryrealloc, ztryrealloc(ptr, size))
RESIZER(zrealloc_usable, zrealloc_usable(ptr, size, usable))
RESIZER(ztryrealloc_usable, ztryrealloc_usable(ptr, size, usable))

static const struct resizer resizers[] = {
    {"zrealloc", resize_with_zrealloc, .calls_handler = true},
    {"ztryrealloc", resize_with_ztryrealloc, .calls_handler = false},
    {"zrealloc_usable", resize_with_zrealloc_usable, .calls_handler = true, .tells_usable = true},
    {"ztryrealloc_usable", resize_with_ztryrealloc_usable, .tells_usable = true},
};

struct releaser {
    const char *name;
    void (*release)(void *ptr, size_t size); /* size as last requested */
};

static inline void release_with_zfree(void *ptr, size_t size)
{
    (void)size;
    zfree(ptr);
}

static inline void release_with_zfree_usable(void *ptr, size_t size)
{
    size_t usable;
    (void)size;
    zfree_usable(ptr, &usable);
}

static inline void release_with_zfree_sized(void *ptr, size_t size)
{
    zfree_sized(ptr, size);
}

/* The last one does not take the blocks of an aligned maker. */
static const struct releaser releasers[] = {
    {"zfree", release_with_zfree},
    {"zfree_usable", release_with_zfree_usable},
    {"zfree_sized", release_with_zfree_sized},
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
