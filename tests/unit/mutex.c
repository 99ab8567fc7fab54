/* SPDX-License-Identifier: BSD-3-Clause
 * Accounting mode mutex: the same rules as for the atomic counter. */
#include "atomic.c"
