/* SPDX-License-Identifier: BSD-3-Clause
 * <zmalloc/version.h> alone: what a program may ask of it in #if, and in code. */
#include <zmalloc/version.h>

#if ZMALLOC_VERSION_NUMBER < ZMALLOC_VERSION_ENCODE(1, 0, 0)
#    error "older than the first release"
#endif
#if ZMALLOC_VERSION_NUMBER !=                                                                      \
    ZMALLOC_VERSION_MAJOR * 1000000 + ZMALLOC_VERSION_MINOR * 1000 + ZMALLOC_VERSION_PATCH
#    error "the parts make another number"
#endif

extern const char version[sizeof ZMALLOC_VERSION];
const char version[] = ZMALLOC_VERSION;
