/* SPDX-License-Identifier: BSD-3-Clause
 * The plugin of host.c: uses the library by its header, as any program does. */
#include "plugin.h"

#include <zmalloc.h>

static void *allocate(size_t size)
{
    return zmalloc(size);
}

static void give_back(void *block)
{
    zfree(block);
}

static size_t size_of(void *block)
{
    return zmalloc_size(block);
}

static size_t used_memory(void)
{
    return zmalloc_used_memory();
}

const struct plugin plugin_functions = {allocate, give_back, size_of, used_memory};
