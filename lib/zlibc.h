/* SPDX-License-Identifier: BSD-3-Clause
 * The C library's own malloc(), where it is not the allocator underneath. */
#ifndef ZMI_ZLIBC_H
#define ZMI_ZLIBC_H

#include <zmalloc/figure.h>

/* The bytes that it has handed out at most, with what each block costs: glibc takes what others got by
 * sbrk(2) between two pieces of its own for handed out, as tcmalloc does at its start. Unknown with ENODATA where malloc() of
 * the process is not the C library's, and with ENOTSUP where the C library does not count. */
struct zmalloc_figure zmi_zlibc_handed_out(void);

#endif
