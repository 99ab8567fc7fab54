/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of the C library's allocator, by its own statistics: mallinfo2(3) where there is one
 * (glibc), and under a sanitizer, which takes the C library's place, what that one says. */
#include <malloc.h>

#include "identity.h"

typedef size_t get_bytes(void);

static get_bytes *sanitizer_bytes;

#ifdef __GLIBC__
static size_t bytes_in_use(void)
{
    if (sanitizer_bytes != NULL)
        return sanitizer_bytes();
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void check_identity(void)
{
    check_all_ways(bytes_in_use);
}
#else
/* No statistics to ask: its free() takes the block, and would stop the program at any other. */
static void check_identity(void)
{
    void *blocks[] = {
        zmalloc(100),
        zcalloc(100),
        zrealloc(NULL, 100),
        ztrymalloc(100000),
        zrealloc(zmalloc(1), 2),
    };
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        size_t told = malloc_usable_size(blocks[i]);
        check(told == zmalloc_size(blocks[i]), "it knows the block", told, zmalloc_size(blocks[i]));
        free(blocks[i]);
    }
}
#endif

int main(void)
{
    *(void **)&sanitizer_bytes = dlsym(RTLD_DEFAULT, "__sanitizer_get_current_allocated_bytes");
    check_identity();
    return EXIT_SUCCESS;
}
