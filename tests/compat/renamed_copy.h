/* SPDX-License-Identifier: BSD-3-Clause
 * A private header with the names and macros of Valkey's, for renamed_copy.c. */
#ifndef TESTS_COMPAT_RENAMED_COPY_H
#define TESTS_COMPAT_RENAMED_COPY_H

#include <stddef.h>

#define zmalloc valkey_malloc
#define zcalloc valkey_calloc
#define zrealloc valkey_realloc
#define zfree valkey_free

void *zmalloc(size_t size);
void *zcalloc(size_t size);
void *zrealloc(void *ptr, size_t size);
void zfree(void *ptr);
size_t zmalloc_used_memory(void);

#endif
