/* SPDX-License-Identifier: BSD-3-Clause
 * Identity of an allocator inside the library: nobody can ask it, for none of its names is in the
 * process. What it prints of itself when a process ends that was told to print, holds the blocks. */
#ifndef TESTS_IDENTITY_PRIVATE_H
#define TESTS_IDENTITY_PRIVATE_H

#include <malloc.h>
#include <string.h>

#include "identity.h"

/* What malloc() holds, by its own statistics: the C library's, or a sanitizer's in its place. */
static inline size_t libc_bytes(void)
{
    size_t (*sanitizer_bytes)(void);
    *(void **)&sanitizer_bytes = dlsym(RTLD_DEFAULT, "__sanitizer_get_current_allocated_bytes");
    if (sanitizer_bytes != NULL)
        return sanitizer_bytes();
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static inline size_t used_bytes(void)
{
    return zmalloc_used_memory();
}

enum { HELD = 50, HELD_SIZE = 1000000 };

static inline int hold_blocks(void)
{
    for (unsigned i = 0; i < HELD; i++) {
        if (zmalloc(HELD_SIZE) == NULL)
            return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

/* The first figure that parse finds in what the program prints while it holds blocks, in the
 * environment that makes the allocator print. */
static inline size_t
bytes_it_prints(const char *environment, const char *program, size_t (*parse)(const char *line))
{
    char command[4096], line[1024];
    size_t bytes = 0;
    snprintf(command, sizeof(command), "%s '%s' hold 2>&1", environment, program);
    FILE *output = popen(command, "r");
    if (output == NULL)
        return 0;
    while (fgets(line, sizeof(line), output) != NULL) {
        if (bytes == 0)
            bytes = parse(line);
    }
    pclose(output);
    return bytes;
}

/* names: of the allocator, a NULL last. */
static inline int check_private(
    int argc, char **argv, const char *const *names, const char *environment,
    size_t (*parse)(const char *line))
{
    if (argc > 1 && strcmp(argv[1], "hold") == 0)
        return hold_blocks();
    for (; *names != NULL; names++)
        check(dlsym(RTLD_DEFAULT, *names) == NULL, *names, 0, 0);
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
    size_t printed = bytes_it_prints(environment, argv[0], parse);
    check(
        printed >= (size_t)HELD * HELD_SIZE, "the allocator holds them", printed, HELD * HELD_SIZE);
    return EXIT_SUCCESS;
}

#endif
