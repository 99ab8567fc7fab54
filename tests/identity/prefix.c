/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of the prefix: the C library's block starts right in front of the prefix, whose size is
 * counted with the size asked for. */
#include <stddef.h>

#include "identity.h"

int main(void)
{
    static const size_t sizes[] = {1, 7, 8, 9, 100, 4096, 1000000};
    size_t prefix = 2 * sizeof(size_t);
    if (prefix < _Alignof(max_align_t))
        prefix = _Alignof(max_align_t);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char *volatile block = zmalloc(sizes[i]); /* gcc would warn of what is meant */
        size_t expected = (prefix + sizes[i] + sizeof(long) - 1) / sizeof(long) * sizeof(long);
        check(zmalloc_size(block) == expected, "size and prefix", zmalloc_size(block), expected);
        free(block - prefix); /* which stops the program if it is not the start of a block */
    }
    return EXIT_SUCCESS;
}
