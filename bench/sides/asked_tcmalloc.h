/* SPDX-License-Identifier: BSD-3-Clause
 * tcmalloc, asked for the size of a block that is freed by its address; where the size asked for is
 * known, that of the class is taken to cost nothing. See asked.h. */
#include <gperftools/tcmalloc.h>

#define ASKED_MALLOC tc_malloc
#define ASKED_FREE tc_free
#define ASKED_USABLE tc_malloc_size
#define ASKED_SIZE_OF(ptr, size) ((void)(ptr), (size))

#include "asked.h"
