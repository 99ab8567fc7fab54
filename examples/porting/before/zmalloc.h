/* SPDX-License-Identifier: BSD-3-Clause
 * A private zmalloc as programs carry it, cut to what notes.c needs; doc/porting.md replaces it. */
#ifndef PRIVATE_ZMALLOC_H
#define PRIVATE_ZMALLOC_H

#include <stddef.h>

#define ZMALLOC_LIB "libc"
#define HAVE_MALLOC_SIZE 1

void *zmalloc(size_t size);
void *zrealloc(void *ptr, size_t size);
void zfree(void *ptr);
size_t zmalloc_size(void *ptr);
size_t zmalloc_used_memory(void);
void zmalloc_enable_thread_safeness(void);
void zmalloc_set_oom_handler(void (*handler)(size_t size));

#endif
