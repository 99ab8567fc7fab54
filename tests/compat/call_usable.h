/* SPDX-License-Identifier: BSD-3-Clause
 * Calls of what has to do with usable sizes, and of what came with them, in the ages that have
 * it. */
#ifndef TESTS_COMPAT_CALL_USABLE_H
#define TESTS_COMPAT_CALL_USABLE_H

#include "call.h"

#ifdef HAS_USABLE_OF_POINTER
static inline void call_usable_of_pointer(void)
{
    for (size_t size = 0; size < 10000; size += 7) {
        void *block = zmalloc(size);
        if (zmalloc_usable(block) < size || zmalloc_usable(block) > zmalloc_size(block))
            expect(0, "all that was asked for is usable", zmalloc_usable(block), size);
        zfree(block);
    }
    expect_equal("of no block, nothing is usable", zmalloc_usable(NULL), 0);
}
#endif

#ifdef HAS_TRY_AND_USABLE
static inline void call_trying(void)
{
    zmalloc_set_oom_handler(note_refusal);
    refused = 1;
    void *none = ztrymalloc(too_much);
    void *zeros = ztrycalloc(too_much);
    char *block = ztrymalloc(100);
    memset(block, 'x', 100);
    void *larger = ztryrealloc(block, too_much);
    expect_equal("too much is refused", none == NULL && zeros == NULL && larger == NULL, 1);
    expect_equal("without the handler", refused, 1);
    block = ztryrealloc(block, 200);
    expect_equal("and the block is as it was", block[0] == 'x' && block[99] == 'x', 1);
    zfree(block);
    zfree(ztrycalloc(1));
    zmalloc_set_oom_handler(NULL);
}

/* As many bytes as it says are written. */
static inline void fill(void *block, size_t usable, size_t size, const char *rule)
{
    memset(block, 'x', usable);
    expect(usable >= size, rule, usable, size);
}

static inline void call_usable(void)
{
    size_t usable = 0, freed = 0;
    char *block = zmalloc_usable(100, &usable);
    fill(block, usable, 100, "zmalloc_usable() tells what may be written");
    block = zrealloc_usable(block, 1000, &usable);
    fill(block, usable, 1000, "zrealloc_usable() does");
    block = ztryrealloc_usable(block, 3000, &usable);
    fill(block, usable, 3000, "ztryrealloc_usable() does");
    expect_equal("zmalloc_usable_size() says the same", zmalloc_usable_size(block), usable);
    zfree_usable(block, &freed);
    expect_equal("zfree_usable() does", freed, usable);
    block = zcalloc_usable(100, &usable);
    fill(block, usable, 100, "zcalloc_usable() does");
    zfree(block);
    block = ztrymalloc_usable(100, &usable);
    fill(block, usable, 100, "ztrymalloc_usable() does");
    zfree(block);
    block = ztrycalloc_usable(100, &usable);
    fill(block, usable, 100, "ztrycalloc_usable() does");
    zfree(block);
    block = ztrymalloc_usable(too_much, &usable);
    expect_equal("of no block, nothing is usable", block == NULL && usable == 0, 1);
}

#    define FUNCTIONS_THAT_TRY_AND_TELL                                                            \
        FUNCTION(void *, ztrymalloc, (size_t));                                                    \
        FUNCTION(void *, ztrycalloc, (size_t));                                                    \
        FUNCTION(void *, ztryrealloc, (void *, size_t));                                           \
        FUNCTION(void *, zmalloc_usable, (size_t, size_t *));                                      \
        FUNCTION(void *, zcalloc_usable, (size_t, size_t *));                                      \
        FUNCTION(void *, zrealloc_usable, (void *, size_t, size_t *));                             \
        FUNCTION(void *, ztrymalloc_usable, (size_t, size_t *));                                   \
        FUNCTION(void *, ztrycalloc_usable, (size_t, size_t *));                                   \
        FUNCTION(void *, ztryrealloc_usable, (void *, size_t, size_t *));                          \
        FUNCTION(void, zfree_usable, (void *, size_t *));                                          \
        FUNCTION(size_t, zmalloc_usable_size, (void *))
#endif

#ifdef HAS_EXTENSION
static inline void call_extension(void)
{
    char *block = zcalloc_num(25, 4);
    expect_equal("a product of zeros", block[0] == 0 && memcmp(block, block + 1, 99) == 0, 1);
    size_t usable = zmalloc_usable_size(block);
    char *extended = extend_to_usable(block, usable);
    expect_equal("it is extended where it is", extended == block, 1);
    fill(extended, usable, 100, "and may be written to its end");
    zfree(extended);

    block = zmalloc(MIB);
    zmadvise_dontneed(block);
    memset(block, 'x', MIB);
    zmadvise_dontneed(NULL);
    zfree(block);

    long long parent = -1, same = -1;
    int works = zmalloc_get_process_stat(-1, 4, &same) == 0;
    expect_equal(
        "a number of the process is there, if any", (size_t)get_proc_stat_ll(4, &parent),
        (size_t)works);
    expect_equal("its parent", (size_t)parent, works ? (size_t)getppid() : (size_t)-1);
    expect_equal("no number is none", (size_t)get_proc_stat_ll(3, &same), 0);
}
#endif

#ifdef HAS_SIZED_FREE
static inline void call_sized_free(void)
{
    for (size_t size = 0; size < 70000; size += size / 3 + 1) {
        size_t usable;
        void *block = zmalloc_usable(size, &usable);
        zfree_with_size(block, usable);
        block = zrealloc_usable(zmalloc(size / 2 + 1), size + 1, &usable);
        zfree_with_size(block, usable);
        block = zmalloc(size);
        zfree_with_size(block, zmalloc_usable_size(block));
    }
    zfree_with_size(NULL, 0);
    expect_equal("freed with its usable size, nothing is used", zmalloc_used_memory(), 0);
    zlibc_trim();
}
#endif

#ifdef HAS_BOTH_USABLE
static inline void call_both_usable(void)
{
    size_t first = 0, usable = 0, old = 77;
    char *block = zrealloc_usable2(NULL, 100, &first, &old);
    fill(block, first, 100, "zrealloc_usable2() makes a block");
    expect_equal("there was none before", old, 0);
    block = zrealloc_usable2(block, 5000, &usable, &old);
    expect_equal("the old one was as large as it said", old, first);
    fill(block, usable, 5000, "the new one is as large as it says");
    first = usable;
    block = ztryrealloc_usable2(block, 9000, &usable, &old);
    expect_equal("ztryrealloc_usable2(): the old one", old, first);
    fill(block, usable, 9000, "ztryrealloc_usable2(): the new one");

    first = usable;
    zmalloc_set_oom_handler(note_refusal);
    usable = old = 77;
    void *none = ztryrealloc_usable2(block, too_much, &usable, &old);
    expect_equal("none", none == NULL, 1);
    expect_equal("of none, nothing is usable", usable, 0);
    expect_equal("the old one still is", old, first);
    usable = old = 77;
    none = zrealloc_usable2(block, too_much, &usable, &old);
    expect_equal("none, with the handler", none == NULL && refused == SIZE_MAX, 1);
    expect_equal("of none, nothing is usable", usable, 0);
    expect_equal("the old one still is", old, first);
    zmalloc_set_oom_handler(NULL);
    block = ztryrealloc_usable2(block, 100, NULL, NULL);
    usable = old = 77;
    first = zmalloc_usable_size(block);
    none = zrealloc_usable2(block, 0, &usable, &old);
    expect_equal("size 0 frees", none == NULL && zmalloc_used_memory() == 0, 1);
    expect_equal("of none, nothing is usable", usable, 0);
    expect_equal("the old one was", old, first);

    char *copy = zstrdup_usable("twelve bytes", &usable);
    expect_text("a copy is a copy", copy, "twelve bytes");
    fill(copy, usable, sizeof("twelve bytes"), "it says how large it is");
    zfree(copy);
    zfree(zstrdup_usable("", NULL));
}
#endif

#endif
