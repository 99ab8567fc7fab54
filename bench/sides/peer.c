/* SPDX-License-Identifier: BSD-3-Clause
 * Finds a peer's functions. LD_PRELOAD has loaded the library, as if the program were linked with
 * it: a later dlopen() refuses some for their thread-locals. */
#include <dlfcn.h>
#include <err.h>

#include "side.h"

struct peer peer;

static void *look_up(void *library, const char *file, const char *name)
{
    void *function = dlsym(library, name);
    if (function == NULL)
        errx(1, "%s has no function '%s'", file, name);
    return function;
}

void peer_open(char *arguments[PEER_ARGUMENTS])
{
    const char *file = arguments[0], *resize = arguments[3], *used = arguments[4];
    void *library = dlopen(file, RTLD_NOW | RTLD_NOLOAD);
    if (library == NULL)
        errx(1, "LD_PRELOAD did not load %s", file);
    peer.malloc = (void *(*)(size_t))look_up(library, file, arguments[1]);
    peer.free = (void (*)(void *))look_up(library, file, arguments[2]);
    if (*resize != '\0')
        peer.realloc = (void *(*)(void *, size_t))look_up(library, file, resize);
    if (*used != '\0')
        peer.used = (size_t(*)(void))look_up(library, file, used);
}
