/* SPDX-License-Identifier: BSD-3-Clause
 * A library that a program links beside libzmalloc, and that frees a block when it is unloaded. */
#ifndef TESTS_DESTRUCTORS_LIBRARY_H
#define TESTS_DESTRUCTORS_LIBRARY_H

/* The library's destructor ends the process with this code if the block it was given was the last
 * one and used memory is 0 after freeing it, with the other code it was given if not. */
enum { DESTRUCTORS_LIBRARY_SAW_ZERO = 42 };

__attribute__((visibility("default"))) void
destructors_library_keep(void *block, int code_if_wrong);

#endif
