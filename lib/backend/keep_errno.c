/* SPDX-License-Identifier: BSD-3-Clause
 * Where errno is, per thread. */
#include "backend/keep_errno.h"

#include <errno.h>

ZMI_COLD int *zmi_find_errno(void)
{
    zmi_thread.errno_address = &errno;
    return zmi_thread.errno_address;
}
