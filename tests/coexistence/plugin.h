/* SPDX-License-Identifier: BSD-3-Clause
 * What the plugin of host.c gives the program, which does not include <zmalloc.h>. */
#ifndef TESTS_COEXISTENCE_PLUGIN_H
#define TESTS_COEXISTENCE_PLUGIN_H

#include <stddef.h>

struct plugin {
    void *(*allocate)(size_t size);
    void (*give_back)(void *block);
    size_t (*size)(void *block);
    size_t (*used)(void);
};

extern const struct plugin plugin_functions;

#endif
