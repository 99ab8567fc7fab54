/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of tcmalloc, by what it says the program holds. */
#include "identity.h"

typedef int get_property(const char *, size_t *);

static size_t bytes_in_use(void)
{
    get_property *get;
    *(void **)&get = must_find("MallocExtension_GetNumericProperty");
    size_t bytes;
    if (!get("generic.current_allocated_bytes", &bytes)) {
        printf("tcmalloc does not know generic.current_allocated_bytes\n");
        exit(EXIT_FAILURE);
    }
    return bytes;
}

int main(void)
{
    check_all_ways(bytes_in_use);
    check_leaves_the_break();
    return EXIT_SUCCESS;
}
