/* SPDX-License-Identifier: BSD-3-Clause
 * The system calls of a private jemalloc: see jemalloc_system.c. */
#ifndef ZMI_BACKEND_JEMALLOC_SYSTEM_H
#define ZMI_BACKEND_JEMALLOC_SYSTEM_H

#include <stddef.h>
#include <sys/types.h>

void *zmi_je_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
int zmi_je_munmap(void *addr, size_t length);
int zmi_je_mprotect(void *addr, size_t length, int prot);
int zmi_je_madvise(void *addr, size_t length, int advice);

#endif
