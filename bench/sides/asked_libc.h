/* SPDX-License-Identifier: BSD-3-Clause
 * The C library's allocator, asked for the size of every block: see asked.h. */
#include <malloc.h>
#include <stdlib.h>

#define ASKED_MALLOC malloc
#define ASKED_FREE free
#define ASKED_USABLE malloc_usable_size
#define ASKED_SIZE_OF(ptr, size) ((void)(size), malloc_usable_size(ptr))

#include "asked.h"
