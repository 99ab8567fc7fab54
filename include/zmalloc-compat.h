/* SPDX-License-Identifier: BSD-3-Clause
 * Names of <zmalloc.h> with the parameters that private copies of zmalloc.h gave them, for programs
 * that are not rewritten. -DZMALLOC_COMPAT=VERSION or -DZMALLOC_COMPAT_VALKEY=VERSION says of which
 * age the copy was; <zmalloc.h> then includes this. doc/porting.md.
 *
 * Nothing here is a symbol of its own. Names that <zmalloc.h> has with other parameters are adapted
 * by macros, and have the address that they have there; all others are functions. */
#ifndef ZMALLOC_COMPAT_H
#define ZMALLOC_COMPAT_H

#include <errno.h>
#include <string.h>

#include <zmalloc.h>

/* ---- The age --------------------------------------------------------------------------------- */

/* An age lasts to the next in the list: 30000 stands for Redis 3.0 and 3.2, 70000 for 7.0 and 7.2,
 * 70400 for 7.4 and 8.0. + 0 is for a macro that is defined as nothing. */
#if defined ZMALLOC_COMPAT && defined ZMALLOC_COMPAT_VALKEY
#    error "ZMALLOC_COMPAT and ZMALLOC_COMPAT_VALKEY are two ages: define one of them"
#elif defined ZMALLOC_COMPAT_VALKEY && ZMALLOC_COMPAT_VALKEY + 0 == 80000
#elif defined ZMALLOC_COMPAT &&                                                                    \
    (ZMALLOC_COMPAT + 0 == 20600 || ZMALLOC_COMPAT + 0 == 20800 || ZMALLOC_COMPAT + 0 == 30000 ||  \
     ZMALLOC_COMPAT + 0 == 40000 || ZMALLOC_COMPAT + 0 == 50000 || ZMALLOC_COMPAT + 0 == 60000 ||  \
     ZMALLOC_COMPAT + 0 == 60200 || ZMALLOC_COMPAT + 0 == 70000 || ZMALLOC_COMPAT + 0 == 70400 ||  \
     ZMALLOC_COMPAT + 0 == 80200)
#else
#    error "ages of ZMALLOC_COMPAT: 20600 20800 30000 40000 50000 60000 60200 70000 70400 80200"
#    error "ages of ZMALLOC_COMPAT_VALKEY: 80000"
#endif

/* Valkey's copy is that of Redis 7.2, with functions of its own. */
#ifdef ZMALLOC_COMPAT_VALKEY
#    define ZMALLOC_COMPAT_FROM_(version) ((version) <= 70200)
#else
#    define ZMALLOC_COMPAT_FROM_(version) (ZMALLOC_COMPAT + 0 >= (version))
#endif

/* The copies' own, which some of their users took. Not in C++, whose libraries have variables of
 * such names. Word for word, so that a program may define them, too. */
/* clang-format off */
#if !defined __cplusplus && !defined __xstr
#define __xstr(s) __str(s)
#endif
#if !defined __cplusplus && !defined __str
#define __str(s) #s
#endif
/* clang-format on */

#ifdef __cplusplus
extern "C" {
#endif

/* Outputs may be NULL. */
static inline void zmalloc_compat_give_(size_t *output, size_t value)
{
    if (output != NULL)
        *output = value;
}

/* ---- Fragmentation: what the process is told ------------------------------------------------- */

/* float (void), of the resident set size now. */
#if !ZMALLOC_COMPAT_FROM_(30000)
#    define zmalloc_get_fragmentation_ratio() zmalloc_get_fragmentation_ratio(zmalloc_get_rss())
#endif

/* ---- Pages ----------------------------------------------------------------------------------- */

/* 0 for what cannot be read, as in the copies. Keeps errno. */
static inline size_t zmalloc_compat_smaps_(long pid, const char *field)
{
    int saved_errno = errno;
    size_t bytes = 0;
    if (zmalloc_get_smaps_field(pid, field, &bytes, NULL) != 0)
        bytes = 0;
    errno = saved_errno;
    return bytes;
}

/* size_t (long pid), -1 being this process. */
#if ZMALLOC_COMPAT_FROM_(40000)
#    define zmalloc_get_private_dirty(pid) zmalloc_compat_smaps_(pid, "Private_Dirty:")
#endif

/* The sum of a field with its colon, "Rss:", over the mappings of this process or of pid. Literals
 * are constant in C++. */
#if ZMALLOC_COMPAT_FROM_(30000)
#    ifdef __cplusplus
#        define ZMALLOC_COMPAT_FIELD_ const char *
#    else
#        define ZMALLOC_COMPAT_FIELD_ char *
#    endif
#    if ZMALLOC_COMPAT_FROM_(40000)
static inline size_t zmalloc_get_smap_bytes_by_field(ZMALLOC_COMPAT_FIELD_ field, long pid)
{
    return zmalloc_compat_smaps_(pid, field);
}
#    else
static inline size_t zmalloc_get_smap_bytes_by_field(ZMALLOC_COMPAT_FIELD_ field)
{
    return zmalloc_compat_smaps_(-1, field);
}
#    endif
#endif

/* A number of /proc/self/stat, by its number in proc(5), 4 or more: returns 1, or 0 with errno where
 * it cannot be read, and *res is as it was. */
#if ZMALLOC_COMPAT_FROM_(70000)
static inline int get_proc_stat_ll(int i, long long *res)
{
    return zmalloc_get_process_stat(-1, i, res) == 0;
}
#endif

/* ---- Usable size ----------------------------------------------------------------------------- */

/* size_t (void *ptr). To be written to is what zmalloc_extend_to_usable() returns for it. */
#if ZMALLOC_COMPAT_FROM_(50000) && !ZMALLOC_COMPAT_FROM_(60200)
#    define zmalloc_usable(ptr) zmalloc_usable_size(ptr)
#endif

#if ZMALLOC_COMPAT_FROM_(70000)
/* zmalloc_extend_to_usable(), itself: an inline function would lose what the compiler is told. */
void *extend_to_usable(void *ptr, size_t size) ZMALLOC_LABEL(extend_to_usable) ZMALLOC_SIZE_IS(2);
#endif

#if ZMALLOC_COMPAT_FROM_(80200)

/* As zrealloc_usable() and ztryrealloc_usable(). *old_usable is what ptr had, 0 for NULL, and set
 * before anything else is done; like usable, it may be NULL. */
static inline void *zrealloc_usable2(void *ptr, size_t size, size_t *usable, size_t *old_usable)
{
    zmalloc_compat_give_(old_usable, zmalloc_usable_size(ptr));
    return zrealloc_usable(ptr, size, usable);
}

static inline void *ztryrealloc_usable2(void *ptr, size_t size, size_t *usable, size_t *old_usable)
{
    zmalloc_compat_give_(old_usable, zmalloc_usable_size(ptr));
    return ztryrealloc_usable(ptr, size, usable);
}

/* As zstrdup(); usable as for zmalloc_usable(). */
static inline char *zstrdup_usable(const char *s, size_t *usable)
{
    size_t size = strlen(s) + 1;
    char *copy = (char *)zmalloc_usable(size, usable);
    if (copy != NULL)
        memcpy(copy, s, size);
    return copy;
}

#endif

#ifdef ZMALLOC_COMPAT_VALKEY
/* size is what a *_usable function told, which is not the size that an allocator has to be given:
 * it finds that out by itself. */
static inline void zfree_with_size(void *ptr, size_t size)
{
    (void)size;
    zfree(ptr);
}
#endif

/* ---- The allocator --------------------------------------------------------------------------- */

/* Outputs are bytes, and may be NULL. A figure that the allocator does not have is 0, which these
 * shapes cannot tell from one that is 0: zmalloc_get_allocator_stats() can. All of an arena are 0
 * where there is none of that number, or the allocator does not tell arenas apart. Each returns 1.
 * Keeps errno. */
#if ZMALLOC_COMPAT_FROM_(50000)

static inline void zmalloc_compat_stats_(
    struct zmalloc_allocator_stats *stats, int refresh_stats, unsigned flags, unsigned arena)
{
    int saved_errno = errno;
    stats->size = sizeof(*stats);
    stats->flags = flags | (refresh_stats ? ZMALLOC_STATS_REFRESH : 0u);
    stats->arena = arena;
    if (zmalloc_get_allocator_stats(stats) != 0)
        memset(stats, 0, sizeof(*stats));
    errno = saved_errno;
}

static inline int zmalloc_compat_info_(
    int refresh_stats, size_t *allocated, size_t *active, size_t *resident, size_t *retained,
    size_t *muzzy, size_t *frag_smallbins_bytes)
{
    struct zmalloc_allocator_stats stats;
    zmalloc_compat_stats_(&stats, refresh_stats, 0, 0);
    zmalloc_compat_give_(allocated, (size_t)stats.allocated.value);
    zmalloc_compat_give_(active, (size_t)stats.active.value);
    zmalloc_compat_give_(resident, (size_t)stats.resident.value);
    zmalloc_compat_give_(retained, (size_t)stats.retained.value);
    zmalloc_compat_give_(muzzy, (size_t)stats.muzzy.value);
    zmalloc_compat_give_(frag_smallbins_bytes, (size_t)stats.small_bin_fragmentation.value);
    return 1;
}

#    if defined ZMALLOC_COMPAT_VALKEY
static inline int zmalloc_get_allocator_info(
    size_t *allocated, size_t *active, size_t *resident, size_t *retained, size_t *muzzy,
    size_t *frag_smallbins_bytes)
{
    return zmalloc_compat_info_(
        1, allocated, active, resident, retained, muzzy, frag_smallbins_bytes);
}
#    elif ZMALLOC_COMPAT_FROM_(70400)
static inline int zmalloc_get_allocator_info(
    int refresh_stats, size_t *allocated, size_t *active, size_t *resident, size_t *retained,
    size_t *muzzy, size_t *frag_smallbins_bytes)
{
    return zmalloc_compat_info_(
        refresh_stats, allocated, active, resident, retained, muzzy, frag_smallbins_bytes);
}

static inline int zmalloc_get_allocator_info_by_arena(
    unsigned int arena, int refresh_stats, size_t *allocated, size_t *active, size_t *resident,
    size_t *frag_smallbins_bytes)
{
    struct zmalloc_allocator_stats stats;
    zmalloc_compat_stats_(&stats, refresh_stats, ZMALLOC_STATS_ARENA, arena);
    zmalloc_compat_give_(allocated, (size_t)stats.allocated.value);
    zmalloc_compat_give_(active, (size_t)stats.active.value);
    zmalloc_compat_give_(resident, (size_t)stats.resident.value);
    zmalloc_compat_give_(frag_smallbins_bytes, (size_t)stats.small_bin_fragmentation.value);
    return 1;
}
#    else
static inline int zmalloc_get_allocator_info(size_t *allocated, size_t *active, size_t *resident)
{
    return zmalloc_compat_info_(1, allocated, active, resident, NULL, NULL, NULL);
}
#    endif

#endif

#if ZMALLOC_COMPAT_FROM_(60000)

/* Of whatever allocator, nothing where it has no such thread. Keeps errno. */
static inline void set_jemalloc_bg_thread(int enable)
{
    int saved_errno = errno;
    (void)zmalloc_background_thread(enable);
    errno = saved_errno;
}

/* As zmalloc_purge(), of whatever allocator. Returns 0, or -1 with errno ENOTSUP where it cannot be
 * asked to. Else keeps errno. */
static inline int jemalloc_purge(void)
{
    int saved_errno = errno;
    errno = 0;
    if (zmalloc_purge() == 0 && errno == ENOTSUP)
        return -1;
    errno = saved_errno;
    return 0;
}

#endif

/* jemalloc's flags are not looked at, MALLOCX_ZERO and MALLOCX_ALIGN neither. */
#if ZMALLOC_COMPAT_FROM_(70400)

static inline void *zmalloc_with_flags(size_t size, int flags)
{
    (void)flags;
    return zmalloc(size);
}

static inline void *zrealloc_with_flags(void *ptr, size_t size, int flags)
{
    (void)flags;
    return zrealloc(ptr, size);
}

static inline void zfree_with_flags(void *ptr, int flags)
{
    (void)flags;
    zfree(ptr);
}

#endif

/* ---- What Valkey renames the basic functions to ---------------------------------------------- */

/* By macros of its own. Where they stand before <zmalloc.h>, that has declared these already. The
 * compiler is not told that valkey_free() is their deallocator: it is that of all functions. */
#ifdef ZMALLOC_COMPAT_VALKEY
#    ifndef zmalloc
__attribute__((__malloc__)) void *valkey_malloc(size_t size) ZMALLOC_LABEL(malloc)
    ZMALLOC_SIZE_IS(1);
#    endif
#    ifndef zcalloc
__attribute__((__malloc__)) void *valkey_calloc(size_t size) ZMALLOC_LABEL(calloc)
    ZMALLOC_SIZE_IS(1);
#    endif
#    ifndef zrealloc
void *valkey_realloc(void *ptr, size_t size) ZMALLOC_LABEL(realloc) ZMALLOC_SIZE_IS(2);
#    endif
#    ifndef zfree
void valkey_free(void *ptr) ZMALLOC_LABEL(free);
#    endif
#endif

#ifdef __cplusplus
}
#endif

#endif
