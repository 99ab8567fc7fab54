/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of a private jemalloc: nobody can ask it, for none of its names is in the process. What it
 * prints of itself when the process ends, which MALLOC_CONF makes it do (JE_MALLOC_CONF, where its
 * public names begin with je_), holds the blocks. */
#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include "identity.h"

/* What malloc() holds, by its own statistics: the C library's, or a sanitizer's in its place. */
static size_t libc_bytes(void)
{
    size_t (*sanitizer_bytes)(void);
    *(void **)&sanitizer_bytes = dlsym(RTLD_DEFAULT, "__sanitizer_get_current_allocated_bytes");
    if (sanitizer_bytes != NULL)
        return sanitizer_bytes();
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static size_t used_bytes(void)
{
    return zmalloc_used_memory();
}

enum { HELD = 50, HELD_SIZE = 1000000 };

static int hold_blocks(void)
{
    for (unsigned i = 0; i < HELD; i++) {
        if (zmalloc(HELD_SIZE) == NULL)
            return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

static size_t bytes_jemalloc_prints(const char *program)
{
    char command[4096], line[1024];
    size_t allocated = 0;
    snprintf(
        command, sizeof(command),
        "MALLOC_CONF=stats_print:true JE_MALLOC_CONF=stats_print:true '%s' hold 2>&1", program);
    FILE *output = popen(command, "r");
    if (output == NULL)
        return 0;
    while (fgets(line, sizeof(line), output) != NULL) {
        if (allocated == 0)
            sscanf(line, "Allocated: %zu", &allocated);
    }
    pclose(output);
    return allocated;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "hold") == 0)
        return hold_blocks();
    static const char *const names[] = {"mallocx", "mallctl", "je_mallocx", "zmi_je_mallocx"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        check(dlsym(RTLD_DEFAULT, names[i]) == NULL, names[i], 0, 0);
    size_t libc_before = libc_bytes();
    void *volatile block = zmalloc(HELD_SIZE); /* or the compiler does without malloc() below */
    size_t libc_moved = libc_bytes() - libc_before;
    check(libc_moved < HELD_SIZE, "the C library did not give it", libc_moved, 0);
    zfree(block);
    libc_before = libc_bytes();
    block = malloc(HELD_SIZE);
    libc_moved = libc_bytes() - libc_before;
    check(libc_moved >= HELD_SIZE, "malloc() is still another's", libc_moved, HELD_SIZE);
    free(block);
    check_all_ways(used_bytes);
    check_leaves_the_break();
    size_t printed = bytes_jemalloc_prints(argv[0]);
    check(printed >= (size_t)HELD * HELD_SIZE, "jemalloc holds them", printed, HELD * HELD_SIZE);
    return EXIT_SUCCESS;
}
