/* SPDX-License-Identifier: BSD-3-Clause
 * A program that has a zmalloc() of its own and shows it to all (-rdynamic), as servers do that grew
 * theirs, and loads a plugin that uses the library: each keeps its own account. */
#include <dlfcn.h>
#include <stdlib.h>

#include "expect.h"
#include "plugin.h"

/* ---- The program's own ----------------------------------------------------------------------- */

void *zmalloc(size_t size);
void zfree(void *block);
size_t zmalloc_used_memory(void);

static size_t used, calls;

void *zmalloc(size_t size)
{
    size_t *block = malloc(sizeof(size_t) + size);
    if (block == NULL)
        abort();
    *block = size;
    used += size;
    calls++;
    return block + 1;
}

void zfree(void *ptr)
{
    size_t *block = (size_t *)ptr - 1;
    used -= *block;
    calls++;
    free(block);
}

size_t zmalloc_used_memory(void)
{
    calls++;
    return used;
}

/* ---- The test -------------------------------------------------------------------------------- */

static const struct plugin *load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    const struct plugin *plugin = library == NULL ? NULL : dlsym(library, "plugin_functions");
    if (plugin == NULL) {
        printf("not ok - the plugin is loaded (%s)\n", dlerror());
        exit(EXIT_FAILURE);
    }
    return plugin;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return EXIT_FAILURE;
    void *mine = zmalloc(1000);
    const struct plugin *plugin = load(argv[1]);
    calls = 0;
    expect_equal("the plugin's account is not the program's", plugin->used(), 0);
    void *theirs = plugin->allocate(5000);
    size_t size = plugin->size(theirs);
    expect(size >= 5000, "a block of the plugin is the library's", size, 5000);
    expect_equal("the library counts it", plugin->used(), size);
    expect_equal("the program was not called", calls, 0);
    expect_equal("and its account is what it was", zmalloc_used_memory(), 1000);
    void *more = zmalloc(300);
    expect_equal("the program counts its own", zmalloc_used_memory(), 1300);
    expect_equal("and the library does not", plugin->used(), size);
    zfree(more);
    zfree(mine);
    calls = 0;
    plugin->give_back(theirs);
    expect_equal("the program does not get the plugin's block", calls, 0);
    expect_equal("nothing is left in the program", zmalloc_used_memory(), 0);
    expect_equal("nothing is left in the library", plugin->used(), 0);
    return failures != 0;
}
