/* SPDX-License-Identifier: BSD-3-Clause
 * A private zmalloc, with the traps of its kind: counts are lost between threads unless a function was
 * called first, and a handler that returns is followed by a crash. Not to be used. */
#include "zmalloc.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

static size_t used;
static int thread_safe;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void (*oom_handler)(size_t size);

static void count(size_t bytes)
{
    if (thread_safe)
        pthread_mutex_lock(&lock);
    used += bytes;
    if (thread_safe)
        pthread_mutex_unlock(&lock);
}

static void fail(size_t size)
{
    if (oom_handler == NULL)
        abort();
    oom_handler(size);
}

void *zmalloc(size_t size)
{
    return zrealloc(NULL, size);
}

void *zrealloc(void *ptr, size_t size)
{
    size_t old = zmalloc_size(ptr);
    ptr = realloc(ptr, size);
    if (ptr == NULL)
        fail(size);
    count(zmalloc_size(ptr) - old);
    return ptr;
}

void zfree(void *ptr)
{
    count(-zmalloc_size(ptr));
    free(ptr);
}

size_t zmalloc_size(void *ptr)
{
    return malloc_usable_size(ptr);
}

size_t zmalloc_used_memory(void)
{
    return used;
}

void zmalloc_enable_thread_safeness(void)
{
    thread_safe = 1;
}

void zmalloc_set_oom_handler(void (*handler)(size_t size))
{
    oom_handler = handler;
}
