/* SPDX-License-Identifier: BSD-3-Clause
 * Prints all figures of this program, which holds 10 MiB and has freed as much, and what its resident
 * set consists of. */
#include <string.h>
#include <unistd.h>

#include <zmalloc.h>

enum { BLOCKS = 20480, BLOCK_SIZE = 1024 };

static void *blocks[BLOCKS];

int main(void)
{
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = memset(zmalloc(BLOCK_SIZE), 1, BLOCK_SIZE);
    for (int i = 0; i < BLOCKS; i += 2)
        zfree(blocks[i]);

    struct zmalloc_snapshot snapshot = {.size = sizeof(snapshot)};

    if (zmalloc_snapshot(&snapshot) == 0)
        zmalloc_snapshot_write(&snapshot, STDOUT_FILENO, ZMALLOC_TEXT);

    struct zmalloc_explanation explanation = {.size = sizeof(explanation)};

    if (zmalloc_explain(&explanation) == 0)
        zmalloc_explanation_write(&explanation, STDOUT_FILENO, ZMALLOC_TEXT);
}
