/* SPDX-License-Identifier: BSD-3-Clause
 * What callers of old ages have in common: how types are looked at, and figures, and the calls of
 * what all ages have. */
#ifndef TESTS_COMPAT_CALL_H
#define TESTS_COMPAT_CALL_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ages.h"
#include "expect.h"
#include "zmalloc.h"

/* A function of just this type. */
#define FUNCTION(result, name, parameters)                                                         \
    _Static_assert(_Generic(&name, result(*) parameters : 1, default : 0), #name)

/* A call that is adapted: variables of the types of the parameters are taken, and what comes of it
 * has just this type. */
#define CALL(result, call) _Static_assert(_Generic((call), result : 1, default : 0), #call)

enum { MIB = 1 << 20 };

/* No function is given a size that the compiler knows to be too large. */
static volatile size_t too_much = SIZE_MAX;
static size_t refused;

static void note_refusal(size_t size)
{
    refused = size;
}

/* Figures of a process that lives are no constants. */
/* An emulator writes code and tables of its own meanwhile. */
static inline void expect_near(const char *rule, size_t found, size_t expected)
{
    size_t slack = getenv("ZMALLOC_TEST_EMULATED") != NULL ? 32 * MIB : MIB;
    expect(found + slack >= expected && found <= expected + slack, rule, found, expected);
}

/* ---- Of all ages ----------------------------------------------------------------------------- */

static inline void call_basic(void)
{
    char *block = zmalloc(100);
    memset(block, 'x', 100);
    expect(zmalloc_size(block) >= 100, "a block has a size", zmalloc_size(block), 100);
    expect_equal("it is counted", zmalloc_used_memory(), zmalloc_size(block));
    block = zrealloc(block, 10000);
    expect_equal("resized, it has its bytes", block[0] == 'x' && block[99] == 'x', 1);
    char *zeros = zcalloc(1000);
    expect_equal("zeros are zeros", zeros[0] == 0 && memcmp(zeros, zeros + 1, 999) == 0, 1);
    char *copy = zstrdup("as it was");
    expect_text("a copy is a copy", copy, "as it was");
    zfree(copy);
    zfree(zeros);
    zfree(block);
    zfree(NULL);
    expect_equal("freed, nothing is used", zmalloc_used_memory(), 0);
    zlibc_free(strdup("of the C library"));

    zmalloc_set_oom_handler(note_refusal);
    void *none = zmalloc(too_much);
    expect_equal("too large a block is none", none == NULL, 1);
    expect_equal("the handler is told its size", refused, SIZE_MAX);
    zmalloc_set_oom_handler(NULL);

    size_t rss = zmalloc_get_rss();
    expect(rss > MIB / 4, "the process is resident", rss, MIB);
    expect_equal("the allocator has a name", ZMALLOC_LIB[0] != '\0', 1);
    expect_text("values of macros are text", __xstr(HAVE_MALLOC_SIZE), "1");
    expect_text("text is text", __str(HAVE_MALLOC_SIZE), "HAVE_MALLOC_SIZE");
}

#define FUNCTIONS_OF_ALL_AGES                                                                      \
    FUNCTION(void *, zmalloc, (size_t));                                                           \
    FUNCTION(void *, zcalloc, (size_t));                                                           \
    FUNCTION(void *, zrealloc, (void *, size_t));                                                  \
    FUNCTION(void, zfree, (void *));                                                               \
    FUNCTION(char *, zstrdup, (const char *));                                                     \
    FUNCTION(size_t, zmalloc_used_memory, (void));                                                 \
    FUNCTION(void, zmalloc_set_oom_handler, (void (*)(size_t)));                                   \
    FUNCTION(size_t, zmalloc_get_rss, (void));                                                     \
    FUNCTION(void, zlibc_free, (void *));                                                          \
    FUNCTION(size_t, zmalloc_size, (void *));                                                      \
    CALL(const char *, ZMALLOC_LIB)

#endif
