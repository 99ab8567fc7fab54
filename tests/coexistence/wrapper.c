/* SPDX-License-Identifier: BSD-3-Clause
 * To be preloaded: wraps free() alone, as a tool that watches it would. */
#include <dlfcn.h>
#include <stdlib.h>

void free(void *ptr)
{
    static void (*wrapped)(void *);
    if (wrapped == NULL)
        *(void **)&wrapped = dlsym(RTLD_NEXT, "free");
    wrapped(ptr);
}
