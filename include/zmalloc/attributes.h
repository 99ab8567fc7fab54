/* SPDX-License-Identifier: BSD-3-Clause
 * What the compiler is told about each function of <zmalloc.h>: its symbol, and what it may assume.
 * Not for programs to use: these macros may change in any release. */
#ifndef ZMALLOC_ATTRIBUTES_H
#define ZMALLOC_ATTRIBUTES_H

#if !defined __GNUC__
#    error "<zmalloc.h> needs a compiler with assembler labels (gcc, clang or compatible)"
#endif

/* The classic names exist in C only. The linker sees libzmalloc_*, so that another zcalloc in the
 * process (zlib's, for one) is never called in our place, nor ours in its place. */
#define ZMALLOC_STRINGIFY_(text) #text
#define ZMALLOC_STRINGIFY(text) ZMALLOC_STRINGIFY_(text)
#define ZMALLOC_LABEL(name) __asm__(ZMALLOC_STRINGIFY(__USER_LABEL_PREFIX__) "libzmalloc_" #name)

/* The result is a new block, and zfree() its deallocator (gcc: -Wmismatched-dealloc,
 * -Wanalyzer-malloc-leak). realloc-like functions get the second half only, as gcc's manual asks. */
#if !defined __clang__ && __GNUC__ >= 11
#    define ZMALLOC_FREED_BY_ZFREE __attribute__((__malloc__(zfree, 1)))
#else
#    define ZMALLOC_FREED_BY_ZFREE
#endif
#define ZMALLOC_NEW_BLOCK __attribute__((__malloc__)) ZMALLOC_FREED_BY_ZFREE

/* The block may be written up to this argument (or product of two): read by _FORTIFY_SOURCE. No
 * *_usable function carries it, for their callers may write up to the usable size. */
#define ZMALLOC_SIZE_IS(argument) __attribute__((__alloc_size__(argument)))
#define ZMALLOC_SIZE_IS_PRODUCT(first, second) __attribute__((__alloc_size__(first, second)))
#define ZMALLOC_ALIGNMENT_IS(argument) __attribute__((__alloc_align__(argument)))

#define ZMALLOC_USE_RESULT __attribute__((__warn_unused_result__))

#endif
