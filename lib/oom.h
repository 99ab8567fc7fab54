/* SPDX-License-Identifier: BSD-3-Clause
 * The out-of-memory handler, as alloc.c calls it. */
#ifndef ZMI_OOM_H
#define ZMI_OOM_H

#include <stddef.h>

/* Calls the handler set by the program with errno ENOMEM. May not return. */
void zmi_out_of_memory(size_t size);

#endif
