/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of jemalloc, by what it says that this thread allocated and freed. */
#include <stdint.h>

#include "identity.h"

typedef int mallctl_function(const char *, void *, size_t *, void *, size_t);

static size_t bytes_in_use(void)
{
    mallctl_function *mallctl = NULL;
    if (dlsym(RTLD_DEFAULT, "mallctl") != NULL)
        *(void **)&mallctl = must_find("mallctl");
    else
        *(void **)&mallctl = must_find("je_mallctl");
    uint64_t allocated, freed;
    size_t size = sizeof(allocated);
    if (mallctl("thread.allocated", &allocated, &size, NULL, 0) != 0 ||
        mallctl("thread.deallocated", &freed, &size, NULL, 0) != 0) {
        printf("this jemalloc keeps no statistics\n");
        exit(EXIT_FAILURE);
    }
    return (size_t)(allocated - freed);
}

int main(void)
{
    check_all_ways(bytes_in_use);
    check_leaves_the_break();
    return EXIT_SUCCESS;
}
