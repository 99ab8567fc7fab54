/* SPDX-License-Identifier: BSD-3-Clause
 * A program that was not linked with the library loads it, uses it by the names that are its ABI,
 * unloads it while a thread that used it still runs, and loads it again.
 * usage: load LIBRARY ALLOCATOR ANSWER [REFUSAL]
 * ANSWER: of zmalloc_check(). Where a refusal is expected, it has to have this text. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "expect.h"

enum { ROUNDS = 20, THREADS = 4 };

static struct {
    void *(*allocate)(size_t);
    void (*give_back)(void *);
    size_t (*used)(void);
    int (*check)(char *, size_t);
} library;

static void *must_find(void *handle, const char *name)
{
    void *found = dlsym(handle, name);
    if (found == NULL) {
        printf("not ok - the library has %s (%s)\n", name, dlerror());
        exit(EXIT_FAILURE);
    }
    return found;
}

static void *load(const char *path)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        printf("not ok - dlopen() loads it (%s)\n", dlerror());
        exit(EXIT_FAILURE);
    }
    *(void **)&library.allocate = must_find(handle, "libzmalloc_malloc");
    *(void **)&library.give_back = must_find(handle, "libzmalloc_free");
    *(void **)&library.used = must_find(handle, "libzmalloc_used_memory");
    *(void **)&library.check = must_find(handle, "libzmalloc_check");
    return handle;
}

static void refused(const char *path, const char *refusal)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    expect_text("dlopen() refuses it, and says why", handle == NULL ? dlerror() : "", refusal);
}

static pthread_barrier_t used, unloaded;

/* Its state in the library is taken down when it ends. */
static void *outlive_the_library(void *unused)
{
    for (size_t i = 0; i < 1000; i++)
        library.give_back(library.allocate(i));
    pthread_barrier_wait(&used);
    pthread_barrier_wait(&unloaded);
    return unused;
}

static void load_and_unload(const char *path)
{
    pthread_t threads[THREADS];
    void *handle = load(path);
    for (unsigned i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, outlive_the_library, NULL) != 0)
            abort();
    }
    pthread_barrier_wait(&used);
    expect_equal("nothing is in use between loads", library.used(), 0);
    void *block = library.allocate(1000);
    expect(library.used() >= 1000, "a block is counted", library.used(), 1000);
    library.give_back(block);
    expect_equal("dlclose() succeeds", (size_t)dlclose(handle), 0);
    pthread_barrier_wait(&unloaded);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
    char report[4096];
    if (argc < 4)
        return EXIT_FAILURE;
    if (argc > 4) {
        refused(argv[1], argv[4]);
        return failures != 0;
    }
    pthread_barrier_init(&used, NULL, THREADS + 1);
    pthread_barrier_init(&unloaded, NULL, THREADS + 1);
    for (unsigned i = 0; i < ROUNDS; i++)
        load_and_unload(argv[1]);
    void *handle = load(argv[1]);
    int answer = library.check(report, sizeof(report));
    expect_equal("zmalloc_check() answers", (size_t)answer, strtoul(argv[3], NULL, 10));
    expect_text("and names the allocator", report, argv[2]);
    expect_equal("it is the same library as before", library.used(), 0);
    dlclose(handle);
    return failures != 0;
}
