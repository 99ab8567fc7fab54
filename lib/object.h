/* SPDX-License-Identifier: BSD-3-Clause
 * Object files of the process: the program and the libraries that it has loaded. */
#ifndef ZMI_OBJECT_H
#define ZMI_OBJECT_H

#include <stdbool.h>

struct object {
    const void *base; /* NULL: not known, as in a static program */
    const char *file; /* as the dynamic linker has it; NULL where base is */
};

/* The one that holds an address of code or constant data. */
struct object zmi_object_at(const void *address);

/* The one whose function a library gets that calls name. base NULL also where there is none. */
struct object zmi_object_of(const char *name);

#endif
