/* SPDX-License-Identifier: BSD-3-Clause
 * What zmalloc_check() answers in a process that somebody has changed: allocators and halves of
 * allocators are preloaded. Also compiled so that the program has stubs of malloc() and free().
 * usage: answer ANSWER TEXT... (parts of the report; each must be there) */
#include <dlfcn.h>
#include <stdlib.h>

#include <zmalloc.h>

#include "expect.h"

/* Taken for the sake of a program that is not position-independent: these are its stubs then. */
static void *(*volatile taken_malloc)(size_t);
static void (*volatile taken_free)(void *);

int main(int argc, char **argv)
{
    char report[4096];
    if (argc < 3)
        return EXIT_FAILURE;
    taken_malloc = malloc;
    taken_free = free;
#ifdef STUBS
    Dl_info info;
    int known = dladdr(dlsym(RTLD_DEFAULT, "malloc"), &info);
    expect_text("the program has a stub of malloc()", known ? info.dli_fname : "", argv[0]);
#endif
    void *block = zmalloc(1000);
    size_t used = zmalloc_used_memory();
    int answer = zmalloc_check(report, sizeof(report));
    expect_equal("zmalloc_check() answers", (size_t)answer, strtoul(argv[1], NULL, 10));
    for (int i = 2; i < argc; i++)
        expect_text("it reports", report, argv[i]);
    expect_equal("used memory is what it was", zmalloc_used_memory(), used);
    zfree(block);
    expect_equal("and nothing is left", zmalloc_used_memory(), 0);
    return failures != 0;
}
