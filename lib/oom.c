/* SPDX-License-Identifier: BSD-3-Clause
 * The out-of-memory handler: the one the program set, or the default. */
#include "oom.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmalloc.h>

#include "internal.h"

typedef void oom_handler(size_t size);

static void print_and_abort(size_t size);

static _Atomic(oom_handler *) current_handler = print_and_abort;

/* Writes with write(2): stdio may allocate. The number is laid out from its last digit. */
static void print_and_abort(size_t size)
{
    static const char before[] = "zmalloc: Out of memory trying to allocate ";
    static const char after[] = " bytes\n";
    char line[sizeof(before) + sizeof(after) + 3 * sizeof(size)];

    char *start = line + sizeof(line) - strlen(after);
    memcpy(start, after, strlen(after));
    do {
        *--start = (char)('0' + size % 10);
        size /= 10;
    } while (size > 0);
    start -= strlen(before);
    memcpy(start, before, strlen(before));

    size_t left = (size_t)(line + sizeof(line) - start);
    while (left > 0) {
        ssize_t written = write(STDERR_FILENO, start, left);
        if (written < 0 && errno != EINTR)
            break; /* nobody to tell */
        if (written > 0) {
            start += written;
            left -= (size_t)written;
        }
    }
    abort();
}

ZMI_COLD void zmi_out_of_memory(size_t size)
{
    oom_handler *handler = atomic_load_explicit(&current_handler, memory_order_acquire);
    errno = ENOMEM;
    handler(size);
}

ZMI_EXPORT void zmalloc_set_oom_handler(void (*handler)(size_t))
{
    /* Release: what the program set up for its handler is seen by the thread that runs it. */
    atomic_store_explicit(
        &current_handler, handler != NULL ? handler : print_and_abort, memory_order_release);
}
