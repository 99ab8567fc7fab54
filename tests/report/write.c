/* SPDX-License-Identifier: BSD-3-Clause
 * Writes a snapshot of this program, which holds some blocks, in each format: write DIRECTORY. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <zmalloc.h>

enum { BLOCKS = 1000 };

int main(int argc, char **argv)
{
    static const char *const names[] = {
        [ZMALLOC_TEXT] = "text", [ZMALLOC_JSON] = "json", [ZMALLOC_OPENMETRICS] = "openmetrics"};
    struct zmalloc_snapshot snapshot = {.size = sizeof(snapshot)};
    void *blocks[BLOCKS];
    if (argc != 2 || chdir(argv[1]) != 0)
        return 2;
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = zmalloc((size_t)i * 100);
    if (zmalloc_snapshot(&snapshot) != 0)
        return 1;
    for (int format = ZMALLOC_TEXT; format <= ZMALLOC_OPENMETRICS; format++) {
        int fd = open(names[format], O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (fd < 0 || zmalloc_snapshot_write(&snapshot, fd, format) != 0 || close(fd) != 0)
            return 1;
    }
    for (int i = 0; i < BLOCKS; i++)
        zfree(blocks[i]);

    /* What is in the structure, for the test to compare: name, unit, state, value, error. */
    FILE *figures = fopen("figures", "w");
    if (figures == NULL)
        return 1;
#define WRITE(name, unit, help)                                                                    \
    fprintf(                                                                                       \
        figures, #name " " #unit " %u %llu %d\n", (unsigned)snapshot.name.state,                   \
        (unsigned long long)snapshot.name.value, (int)snapshot.name.error);
    ZMALLOC_SNAPSHOT_FIGURES(WRITE)
#undef WRITE
    return fclose(figures) == 0 ? 0 : 1;
}
