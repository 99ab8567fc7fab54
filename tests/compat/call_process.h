/* SPDX-License-Identifier: BSD-3-Clause
 * Calls of what tells about the process, in the ages that have it. */
#ifndef TESTS_COMPAT_CALL_PROCESS_H
#define TESTS_COMPAT_CALL_PROCESS_H

#include "call.h"

#ifdef HAS_THREAD_SAFENESS
static inline void call_thread_safeness(void)
{
    zmalloc_enable_thread_safeness();
}
#endif

#ifdef HAS_RATIO_NOW
static inline void call_ratio(void)
{
    expect_equal("nothing is used, and no ratio", zmalloc_get_fragmentation_ratio() == 0, 1);
    char *block = zcalloc(MIB);
    memset(block, 'x', MIB);
    float ratio = zmalloc_get_fragmentation_ratio();
    expect_near(
        "the ratio is that of the resident set", (size_t)(ratio * zmalloc_used_memory()),
        zmalloc_get_rss());
    zfree(block);
}
#endif

#ifdef HAS_RATIO_OF_RSS
static inline void call_ratio(void)
{
    char *block = zmalloc(MIB);
    size_t used = zmalloc_used_memory();
    expect_equal(
        "the ratio is that of the size given", zmalloc_get_fragmentation_ratio(4 * used) == 4.0f,
        1);
    zfree(block);
}
#endif

#if defined HAS_DIRTY || defined HAS_DIRTY_OF_PID || defined HAS_SMAPS || defined HAS_SMAPS_OF_PID
/* What <zmalloc.h> tells, or 0; and whether it does. */
static inline size_t told(long pid, const char *field)
{
    size_t bytes;
    return zmalloc_get_smaps_field(pid, field, &bytes, NULL) == 0 ? bytes : 0;
}

/* It is told of this process, dirty and all. */
static inline void expect_process(const char *rule, size_t found, size_t block, const char *field)
{
    size_t expected = told(-1, field);
    expect_near(rule, found, expected);
    if (expected != 0)
        expect(found >= block, "a block that was written is in it", found, block);
}
#endif

#if defined HAS_DIRTY || defined HAS_DIRTY_OF_PID
static inline void call_dirty(void)
{
    char *block = zmalloc(8 * MIB);
    memset(block, 'x', 8 * MIB);
    errno = 7;
#    ifdef HAS_DIRTY
    size_t found = zmalloc_get_private_dirty();
    int kept = errno;
    if (told(-1, "Private_Dirty:") != 0)
        expect_process("dirty pages are those of the process", found, 8 * MIB, "Private_Dirty:");
#    else
    long pid = -1;
    size_t found = zmalloc_get_private_dirty(pid);
    int kept = errno;
    expect_process("dirty pages are those of the process", found, 8 * MIB, "Private_Dirty:");
    expect_near("by its number, too", zmalloc_get_private_dirty(getpid()), found);
    expect_equal("no process has none", zmalloc_get_private_dirty(0), 0);
#    endif
    expect_equal("errno is as it was", (size_t)kept, 7);
    zfree(block);
}
#endif

#ifdef HAS_SMAPS
static inline void call_smaps(void)
{
    char *block = zmalloc(8 * MIB);
    memset(block, 'x', 8 * MIB);
    errno = 7;
    size_t found = zmalloc_get_smap_bytes_by_field("Rss:");
    size_t nothing = zmalloc_get_smap_bytes_by_field("Nothing:");
    int kept = errno;
    expect_process("a field is that of the process", found, 8 * MIB, "Rss:");
    expect_equal("a field that is not there is 0", nothing, 0);
    expect_equal("errno is as it was", (size_t)kept, 7);
    zfree(block);
}
#endif

#ifdef HAS_SMAPS_OF_PID
/* Another process, which has 32 MiB more than this one, until *end is closed. */
static inline pid_t start_larger(int *end)
{
    int wait_for[2], ready[2];
    char byte;
    if (pipe(wait_for) != 0 || pipe(ready) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        close(wait_for[1]);
        char *block = zmalloc(32 * MIB);
        memset(block, 'x', 32 * MIB);
        _exit(write(ready[1], "x", 1) != 1 || read(wait_for[0], &byte, 1) != 0);
    }
    if (pid < 0 || read(ready[0], &byte, 1) != 1)
        abort();
    close(wait_for[0]);
    close(ready[0]);
    close(ready[1]);
    *end = wait_for[1];
    return pid;
}

static inline void call_smaps(void)
{
    char *block = zmalloc(8 * MIB);
    memset(block, 'x', 8 * MIB);
    errno = 7;
    size_t own = zmalloc_get_smap_bytes_by_field("Rss:", -1);
    size_t nothing = zmalloc_get_smap_bytes_by_field("Nothing:", -1);
    int kept = errno;
    expect_process("a field is that of the process", own, 8 * MIB, "Rss:");
    expect_equal("a field that is not there is 0", nothing, 0);
    expect_equal("errno is as it was", (size_t)kept, 7);
    zfree(block);

    int end, status;
    pid_t pid = start_larger(&end);
    size_t others = zmalloc_get_smap_bytes_by_field("Private_Dirty:", pid);
    expect_near("another process has its own", others, told(pid, "Private_Dirty:"));
    if (told(pid, "Private_Dirty:") != 0)
        expect(others >= 32 * MIB, "with all of its blocks", others, 32 * MIB);
    close(end);
    waitpid(pid, &status, 0);
    expect_equal("one that is gone has none", zmalloc_get_smap_bytes_by_field("Rss:", pid), 0);
}
#endif

#ifdef HAS_MEMORY_SIZE
static inline void call_memory_size(void)
{
    size_t size = zmalloc_get_memory_size();
    expect(size == 0 || size >= 16 * MIB, "there is memory, or it is not known", size, 16 * MIB);
}
#endif

#endif
