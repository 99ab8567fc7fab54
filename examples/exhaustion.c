/* SPDX-License-Identifier: BSD-3-Clause
 * The example of zmalloc(3): a cache that the program can do without is asked for by ztrymalloc(),
 * and what it cannot do without by a function that calls the handler. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <zmalloc.h>

static void say_and_exit(size_t size)
{
    fprintf(stderr, "no memory for %zu bytes\n", size);
    exit(EXIT_FAILURE);
}

int main(void)
{
    zmalloc_set_oom_handler(say_and_exit);

    size_t usable;
    char *line = zmalloc_usable(100, &usable);
    printf("%zu bytes may be written\n", usable);
    line[usable - 1] = '\0';

    size_t too_much = SIZE_MAX - usable; /* over PTRDIFF_MAX */
    void *cache = ztrymalloc(too_much);
    if (cache == NULL)
        puts("no cache");

    line = zrealloc(line, too_much); /* calls the handler */
}
