/* SPDX-License-Identifier: BSD-3-Clause
 * Prints the last lines of a file, as many as fit a budget of memory. Before it is ported: with a
 * private zmalloc.c. See doc/porting.md. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "zmalloc.h"

#define BUDGET 400

struct note {
    struct note *next;
    char *text;
};

static void out_of_memory(size_t size)
{
    errx(EXIT_FAILURE, "no memory for %zu bytes", size);
}

/* A line without its newline, or NULL at the end of the file. */
static char *read_line(FILE *file)
{
    size_t room = 16, length = 0;
    char *line = zmalloc(room);
    int c;
    while ((c = getc(file)) != EOF && c != '\n') {
        line[length++] = (char)c;
        if (length == room) {
            line = zrealloc(line, 2 * room);
#ifdef HAVE_MALLOC_SIZE
            room = zmalloc_size(line);
#else
            room = 2 * room;
#endif
        }
    }
    line[length] = '\0';
    if (c != EOF)
        return line;
    zfree(line);
    return NULL;
}

static struct note *drop_first(struct note *first)
{
    struct note *next = first->next;
    zfree(first->text);
    zfree(first);
    return next;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL)
        errx(EXIT_FAILURE, "usage: notes FILE");
    zmalloc_enable_thread_safeness();
    zmalloc_set_oom_handler(out_of_memory);
    puts("memory by " ZMALLOC_LIB);

    struct note *first = NULL, **end = &first;
    for (char *line; (line = read_line(file)) != NULL;) {
        *end = zmalloc(sizeof(**end));
        **end = (struct note){NULL, line};
        end = &(*end)->next;
        while (first->next != NULL && zmalloc_used_memory() > BUDGET)
            first = drop_first(first);
    }
    fclose(file);
    while (first != NULL) {
        puts(first->text);
        first = drop_first(first);
    }
    printf("%zu bytes left\n", zmalloc_used_memory());
}
