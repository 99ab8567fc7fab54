/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of mimalloc, which tells of a pointer whether it lies in this thread's heap. */
#include <stdbool.h>

#include "identity.h"

typedef bool owns(const void *);

int main(void)
{
    owns *check_owned;
    *(void **)&check_owned = must_find("mi_check_owned");
    void *libcs = malloc(100000);
    void *blocks[] = {
        zmalloc(100),
        zmalloc(100000),
        zcalloc(100),
        zcalloc(100000),
        zcalloc_num(1000, 8),
        zrealloc(NULL, 100),
        zstrdup("text"),
        ztrymalloc(100),
        zaligned_alloc(4096, 100),
        zrealloc(zmalloc(10), 100000),
    };
    /* In a program that was linked with it, too, malloc() is its own. */
    bool is_malloc = dlsym(RTLD_DEFAULT, "malloc") == must_find("mi_malloc");
    check(
        check_owned(libcs) == is_malloc, "malloc()'s block is in its heap", !is_malloc, is_malloc);
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        check(check_owned(blocks[i]), "block is in its heap", i, i);
        zfree(blocks[i]);
    }
    check(zmalloc_used_memory() == 0, "none is counted any more", zmalloc_used_memory(), 0);
    free(libcs);
    check_leaves_the_break();
    return EXIT_SUCCESS;
}
