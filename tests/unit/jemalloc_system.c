/* SPDX-License-Identifier: BSD-3-Clause
 * The system calls of a private jemalloc: they fail as the C library's do, and errno is what it was. */
#include "backend/jemalloc_system.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* No page starts here. */
static void *const misaligned = (void *)(uintptr_t)1;

static void a_refusal_keeps_errno(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    errno = EXDEV;
    g_assert_true(
        zmi_je_mmap(NULL, 0, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpint(zmi_je_munmap(misaligned, page), ==, -1);
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpint(zmi_je_mprotect(misaligned, page, PROT_NONE), ==, -1);
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpint(zmi_je_madvise(misaligned, page, MADV_DONTNEED), ==, -1);
    g_assert_cmpint(errno, ==, EXDEV);
}

static void what_succeeds_works(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *mapped =
        zmi_je_mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(mapped != MAP_FAILED);
    mapped[0] = 1;
    g_assert_cmpint(zmi_je_madvise(mapped, page, MADV_DONTNEED), ==, 0);
    g_assert_cmpint(mapped[0], ==, 0);
    g_assert_cmpint(zmi_je_mprotect(mapped, page, PROT_NONE), ==, 0);
    g_assert_cmpint(zmi_je_munmap(mapped, page), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jemalloc-system/a-refusal-keeps-errno", a_refusal_keeps_errno);
    g_test_add_func("/jemalloc-system/what-succeeds-works", what_succeeds_works);
    return g_test_run();
}
