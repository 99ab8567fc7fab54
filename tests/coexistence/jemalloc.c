/* SPDX-License-Identifier: BSD-3-Clause
 * A program that links jemalloc itself, before the library or after it: malloc() is jemalloc's, which
 * a build on the C library's malloc() then uses, too; the others keep to their own allocator.
 * usage: jemalloc BACKEND */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#include <zmalloc.h>

#include "expect.h"

typedef int mallctl_function(const char *, void *, size_t *, void *, size_t);

static mallctl_function *mallctl_of_program;

/* What the program's jemalloc gave this thread. */
static size_t jemalloc_held(void)
{
    uint64_t allocated = 0, freed = 0;
    size_t size = sizeof(allocated);
    if (mallctl_of_program("thread.allocated", &allocated, &size, NULL, 0) != 0 ||
        mallctl_of_program("thread.deallocated", &freed, &size, NULL, 0) != 0)
        abort();
    return (size_t)(allocated - freed);
}

static void malloc_is_jemallocs(void)
{
    size_t before = jemalloc_held(), used = zmalloc_used_memory();
    void *volatile block = malloc(300000);
    size_t with = jemalloc_held(), used_with = zmalloc_used_memory();
    free(block);
    size_t after = jemalloc_held();
    /* Not before, for stdout's buffer is a block, too. */
    expect(with - before >= 300000, "malloc() of the program is jemalloc's", with - before, 300000);
    expect_equal("and is not counted by the library", used_with, used);
    expect_equal("free() is jemalloc's", after, before);
}

/* On the C library's malloc(), and on the very same jemalloc. */
static void blocks_are(int jemallocs)
{
    size_t before = jemalloc_held();
    void *blocks[] = {
        zmalloc(300000), zcalloc(300000), zrealloc(NULL, 300000), zaligned_alloc(4096, 300000),
        zrealloc(zmalloc(10), 300000)};
    size_t count = sizeof(blocks) / sizeof(blocks[0]), counted = 0;
    size_t moved = jemalloc_held() - before;
    for (size_t i = 0; i < count; i++)
        counted += zmalloc_size(blocks[i]);
    if (jemallocs)
        expect(moved >= count * 300000, "blocks are jemalloc's", moved, count * 300000);
    else
        expect(moved < 300000, "blocks are another's", moved, 0);
    expect_equal("blocks are counted", zmalloc_used_memory(), counted);
    for (size_t i = 0; i < count; i++)
        zfree(blocks[i]);
    expect_equal("and counted off", zmalloc_used_memory(), 0);
    moved = jemalloc_held() - before;
    expect(moved < 300000, "and back where they came from", moved, 0);
}

int main(int argc, char **argv)
{
    char report[4096];
    if (argc != 2)
        return EXIT_FAILURE;
    int on_libc = strcmp(argv[1], "libc") == 0 || strcmp(argv[1], "prefix") == 0;
    *(void **)&mallctl_of_program = dlsym(RTLD_DEFAULT, "mallctl");
    if (mallctl_of_program == NULL) {
        printf("not ok - jemalloc has a malloc() and a mallctl() without prefix\n");
        return EXIT_FAILURE;
    }
    malloc_is_jemallocs();
    blocks_are(on_libc || strcmp(argv[1], "jemalloc") == 0);
    int answer = zmalloc_check(report, sizeof(report));
    expect_equal("zmalloc_check() answers", (size_t)answer, on_libc ? ZMALLOC_CHECK_UNPROVEN : 0);
    expect_text("and says whose malloc() it is", report, "malloc() and free() are those of /");
    expect_text("which is jemalloc's", strstr(report, "malloc() and"), "libjemalloc");
    return failures != 0;
}
