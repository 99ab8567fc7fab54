/* SPDX-License-Identifier: BSD-3-Clause
 * libzmalloc: an allocator layer that knows, exactly and at any moment, how many bytes a program
 * holds. All sizes are bytes. doc/contracts.md holds the rules common to all functions. */
#ifndef ZMALLOC_H
#define ZMALLOC_H

#include <stddef.h>

#include <zmalloc/attributes.h>
#include <zmalloc/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Allocation: failure calls the out-of-memory handler ------------------------------------ */

/* Frees a block of any function of this header that returns one. NULL is a no-op. Keeps errno.
 * Since 1.0. */
void zfree(void *ptr) ZMALLOC_LABEL(free);

/* Allocates size bytes, uninitialised, aligned for any type; size 0 gives a unique block.
 * The caller owns the block, to be released by zfree(). On failure (no memory, or a size over
 * PTRDIFF_MAX) sets errno to ENOMEM and calls the out-of-memory handler with the size asked for; if
 * that returns, returns NULL. Since 1.0. */
void *zmalloc(size_t size) ZMALLOC_LABEL(malloc) ZMALLOC_NEW_BLOCK
    ZMALLOC_SIZE_IS(1) ZMALLOC_USE_RESULT;

/* As zmalloc(), all bytes zero. Since 1.0. */
void *zcalloc(size_t size) ZMALLOC_LABEL(calloc) ZMALLOC_NEW_BLOCK
    ZMALLOC_SIZE_IS(1) ZMALLOC_USE_RESULT;

/* As zcalloc(num * size). A product that does not fit a size_t fails like a refused allocation, the
 * handler being called with SIZE_MAX. A zero in either place is size 0. Since 1.0. */
void *zcalloc_num(size_t num, size_t size) ZMALLOC_LABEL(calloc_num) ZMALLOC_NEW_BLOCK
    ZMALLOC_SIZE_IS_PRODUCT(1, 2) ZMALLOC_USE_RESULT;

/* Resizes a block, keeping the bytes both sizes have in common; it may move. ptr NULL allocates;
 * size 0 frees the block and returns NULL, without a call of the handler. On failure as zmalloc(),
 * and the old block is intact, still owned by the caller and still counted. Since 1.0. */
void *zrealloc(void *ptr, size_t size) ZMALLOC_LABEL(realloc) ZMALLOC_FREED_BY_ZFREE
    ZMALLOC_SIZE_IS(2) ZMALLOC_USE_RESULT;

/* Allocates size bytes at a multiple of alignment, which must be a power of two; alignments below
 * that of max_align_t are raised to it. Any other alignment: NULL and errno EINVAL, without a call
 * of the handler. On failure as zmalloc(). zrealloc() keeps the contents, not the alignment; zfree()
 * releases the block, zfree_sized() must not. Since 1.0. */
void *zaligned_alloc(size_t alignment, size_t size) ZMALLOC_LABEL(aligned_alloc) ZMALLOC_NEW_BLOCK
    ZMALLOC_SIZE_IS(2) ZMALLOC_ALIGNMENT_IS(1) ZMALLOC_USE_RESULT;

/* A copy of the string s, terminator included. On failure as zmalloc(). Since 1.0. */
char *zstrdup(const char *s) ZMALLOC_LABEL(strdup) ZMALLOC_NEW_BLOCK ZMALLOC_USE_RESULT;

/* A copy of at most n bytes of s, which needs no terminator in its first n bytes; the copy always
 * has one. On failure as zmalloc(). Since 1.0. */
char *zstrndup(const char *s, size_t n) ZMALLOC_LABEL(strndup) ZMALLOC_NEW_BLOCK ZMALLOC_USE_RESULT;

/* Frees a block whose size as last requested (not its usable size) the caller knows: C23's
 * free_sized(). With any other size, or a block of zaligned_alloc(), the behaviour is undefined.
 * NULL is a no-op. Keeps errno. Since 1.0. */
void zfree_sized(void *ptr, size_t size) ZMALLOC_LABEL(free_sized);

/* ---- Allocation that may fail: NULL and ENOMEM instead of the handler ------------------------ */

/* As their namesakes without "try", except that the handler is not called. Since 1.0. */
void *ztrymalloc(size_t size) ZMALLOC_LABEL(trymalloc) ZMALLOC_NEW_BLOCK
    ZMALLOC_SIZE_IS(1) ZMALLOC_USE_RESULT;
void *ztrycalloc(size_t size) ZMALLOC_LABEL(trycalloc) ZMALLOC_NEW_BLOCK
    ZMALLOC_SIZE_IS(1) ZMALLOC_USE_RESULT;
void *ztryrealloc(void *ptr, size_t size) ZMALLOC_LABEL(tryrealloc) ZMALLOC_FREED_BY_ZFREE
    ZMALLOC_SIZE_IS(2) ZMALLOC_USE_RESULT;

/* ---- Usable size ----------------------------------------------------------------------------- */

/* As their namesakes without "_usable"; *usable is set, on every path, to the number of bytes of
 * the result that the caller may write (at least size; 0 when the result is NULL). usable may be
 * NULL. zfree_usable() gives the number the freed block had. Since 1.0. */
void *zmalloc_usable(size_t size, size_t *usable)
    ZMALLOC_LABEL(malloc_usable) ZMALLOC_NEW_BLOCK ZMALLOC_USE_RESULT;
void *zcalloc_usable(size_t size, size_t *usable)
    ZMALLOC_LABEL(calloc_usable) ZMALLOC_NEW_BLOCK ZMALLOC_USE_RESULT;
void *zrealloc_usable(void *ptr, size_t size, size_t *usable)
    ZMALLOC_LABEL(realloc_usable) ZMALLOC_FREED_BY_ZFREE ZMALLOC_USE_RESULT;
void *ztrymalloc_usable(size_t size, size_t *usable)
    ZMALLOC_LABEL(trymalloc_usable) ZMALLOC_NEW_BLOCK ZMALLOC_USE_RESULT;
void *ztrycalloc_usable(size_t size, size_t *usable)
    ZMALLOC_LABEL(trycalloc_usable) ZMALLOC_NEW_BLOCK ZMALLOC_USE_RESULT;
void *ztryrealloc_usable(void *ptr, size_t size, size_t *usable)
    ZMALLOC_LABEL(tryrealloc_usable) ZMALLOC_FREED_BY_ZFREE ZMALLOC_USE_RESULT;
void zfree_usable(void *ptr, size_t *usable) ZMALLOC_LABEL(free_usable);

/* What a block costs, as counted in zmalloc_used_memory(): its usable size, or, in a library built
 * with usable_size=prefix, the size asked for plus the prefix, rounded up to sizeof(long). Not the
 * number of bytes that may be written: only a *_usable function tells that. NULL costs 0.
 * Since 1.0. */
size_t zmalloc_size(void *ptr) ZMALLOC_LABEL(size);
#define HAVE_MALLOC_SIZE 1

/* The number of bytes of a block that a *_usable function told when it was made, or would have. NULL
 * has 0. That many may be written only to a block of a *_usable function, or through the pointer that
 * zmalloc_extend_to_usable() returns: compilers, and _FORTIFY_SOURCE, hold what was asked for to be the
 * end of any other. Since 1.0. */
size_t zmalloc_usable_size(void *ptr) ZMALLOC_LABEL(usable_size);

/* Returns ptr, a block of at least size usable bytes, as a pointer of which the compiler knows that so
 * many may be written. Since 1.0. */
void *zmalloc_extend_to_usable(void *ptr, size_t size) ZMALLOC_LABEL(extend_to_usable)
    ZMALLOC_SIZE_IS(2) ZMALLOC_USE_RESULT;

/* ---- Accounting ------------------------------------------------------------------------------ */

/* The sum of zmalloc_size() over all live blocks. Exact whenever no other thread is inside a
 * function of this header; otherwise a figure between zero and what was live at a moment during the
 * call, a block being live until the function that frees it returns. In the sharded mode the cost is
 * proportional to the number of threads that were ever alive at once. Since 1.0. */
size_t zmalloc_used_memory(void) ZMALLOC_LABEL(used_memory);

/* The highest value of used memory since the start or the last zmalloc_reset_peak(). Exact in the
 * atomic and mutex modes. In the sharded mode never above the true peak, never below a value that
 * zmalloc_used_memory() returned, and below the true peak by at most 256 KiB for each thread that
 * was alive at that moment. zmalloc_reset_peak() sets the peak to the memory used now. Since 1.0. */
size_t zmalloc_peak_memory(void) ZMALLOC_LABEL(peak_memory);
void zmalloc_reset_peak(void) ZMALLOC_LABEL(reset_peak);

/* From now on, always synchronise the account between threads. Needed only by a program that
 * starts threads behind the C library's back (a bare clone(2)): without it, synchronisation starts
 * with the second thread. Since 1.0. */
void zmalloc_enable_thread_safeness(void) ZMALLOC_LABEL(enable_thread_safeness);

/* ---- Out of memory --------------------------------------------------------------------------- */

/* Sets the function that is called, in the thread concerned, when an allocation fails; size is what
 * was asked for. It may return, longjmp() or end the process, and may call any function of this
 * header. NULL restores the default, which prints one line to standard error, without
 * allocating, and aborts. May be called at any time from any thread. Since 1.0. */
void zmalloc_set_oom_handler(void (*handler)(size_t size)) ZMALLOC_LABEL(set_oom_handler);

/* ---- The process ----------------------------------------------------------------------------- */

/* Resident set size of this process, as in /proc/self/statm (proc(5)): cheap, and on some kernels
 * approximate. Where the system cannot say: the memory used. Keeps errno. Since 1.0. */
size_t zmalloc_get_rss(void) ZMALLOC_LABEL(get_rss);

/* Sum of Private_Dirty over the mappings of this process, from /proc/self/smaps_rollup or smaps
 * (proc(5)); 0 where the system cannot say. The kernel walks the page tables: about 10 ms per GiB
 * resident. Keeps errno. Since 1.0. */
size_t zmalloc_get_private_dirty(void) ZMALLOC_LABEL(get_private_dirty);

/* rss divided by used memory; 0 when nothing is in use. Since 1.0. */
float zmalloc_get_fragmentation_ratio(size_t rss) ZMALLOC_LABEL(get_fragmentation_ratio);

/* ---- The C library's blocks ------------------------------------------------------------------ */

/* free(3): for blocks that a function of the C library returned (getline(3), backtrace_symbols(3)),
 * in sources where free is redefined. Since 1.0. */
void zlibc_free(void *ptr) ZMALLOC_LABEL(libc_free);

/* ---- Names and versions ---------------------------------------------------------------------- */

/* The allocator underneath with its version where it can say, e.g. "jemalloc-5.3.0",
 * "tcmalloc-2.10", "mimalloc-2.0.9", "libc": that of the library running, not of the one compiled
 * against. A constant string. Since 1.0. */
const char *zmalloc_lib(void) ZMALLOC_LABEL(lib);
#define ZMALLOC_LIB (zmalloc_lib())

/* Where the library takes the size of a block from, in this process: "allocator" (asked for each
 * block), "size classes" (a table learned from blocks, as long as they keep to it), "thread counters"
 * (the allocator's own sums per thread), "prefix". On tcmalloc and mimalloc "allocator" means that a
 * block did not have the size its class should have, as under a debugging build: figures are as
 * exact as ever, calls cost more. A constant string. Since 1.0. */
const char *zmalloc_size_source(void) ZMALLOC_LABEL(size_source);

/* The version of the library running, e.g. "1.0.0". A constant string. Since 1.0. */
const char *zmalloc_version(void) ZMALLOC_LABEL(version);

/* ---- Self-test ------------------------------------------------------------------------------- */

/* Whether the blocks of this library come from the allocator that zmalloc_lib() names, in this
 * process: the allocator's own counter goes up by a block and back, or the allocator owns the block;
 * and the block is as large when it is freed as when it was made.
 * Returns 0 if so. ZMALLOC_CHECK_MISMATCH: something contradicts, or the process's malloc() and free()
 * are of two object files. ZMALLOC_CHECK_UNPROVEN: nothing does, but the allocator cannot tell, for
 * want of statistics or of memory for the block; also with allocator=libc where another malloc() took
 * the place of the C library's, which then is what this library uses.
 * report, of size bytes, is given one line: the allocator and its object file, what was found, and the
 * object file whose malloc() and free() the process calls. It is cut to fit, and ends in a 0 byte;
 * 1024 bytes hold all but very long paths. With size 0 nothing is written; report may be NULL.
 * Takes up to a millisecond and, meanwhile, a block of 60,000 bytes, which the peak may show. Keeps
 * errno. Since 1.0. */
int zmalloc_check(char *report, size_t size) ZMALLOC_LABEL(check);
#define ZMALLOC_CHECK_MISMATCH 1
#define ZMALLOC_CHECK_UNPROVEN 2

#ifdef __cplusplus
}
#endif

/* ---- Figures --------------------------------------------------------------------------------- */

#include <zmalloc/allocator.h>
#include <zmalloc/explain.h>
#include <zmalloc/limits.h>
#include <zmalloc/process.h>
#include <zmalloc/snapshot.h>

#endif

/* Names as private copies of some age had them, for programs that say which: -DZMALLOC_COMPAT=60000. */
#if defined ZMALLOC_COMPAT || defined ZMALLOC_COMPAT_VALKEY
#include <zmalloc-compat.h>
#endif
