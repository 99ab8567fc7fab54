/* SPDX-License-Identifier: BSD-3-Clause
 * mimalloc, asked for the size of a block that is freed by its address; where the size asked for is
 * known, that of the class is taken to cost nothing. See asked.h. */
#include <mimalloc.h>

#define ASKED_MALLOC mi_malloc
#define ASKED_FREE mi_free
#define ASKED_USABLE mi_usable_size
#define ASKED_SIZE_OF(ptr, size) ((void)(ptr), (size))

#include "asked.h"
