/* SPDX-License-Identifier: BSD-3-Clause
 * The system calls by which a private jemalloc takes memory and gives it back, with errno as it was:
 * so freeing a block keeps errno, and no call of it has to be wrapped. The linking step that makes
 * jemalloc private (private.py) puts these in the place of the C library's. */
#include "backend/jemalloc_system.h"

#include <errno.h>
#include <sys/mman.h>

void *zmi_je_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    int saved_errno = errno;
    void *result = mmap(addr, length, prot, flags, fd, offset);
    errno = saved_errno;
    return result;
}

int zmi_je_munmap(void *addr, size_t length)
{
    int saved_errno = errno;
    int result = munmap(addr, length);
    errno = saved_errno;
    return result;
}

int zmi_je_mprotect(void *addr, size_t length, int prot)
{
    int saved_errno = errno;
    int result = mprotect(addr, length, prot);
    errno = saved_errno;
    return result;
}

int zmi_je_madvise(void *addr, size_t length, int advice)
{
    int saved_errno = errno;
    int result = madvise(addr, length, advice);
    errno = saved_errno;
    return result;
}
