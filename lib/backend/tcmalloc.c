/* SPDX-License-Identifier: BSD-3-Clause
 * Backend tcmalloc: the name of the build that is running. */
#include "backend/backend.h"

#include <pthread.h>
#include <stdio.h>

static char name[64];

static void ask(void)
{
    int major, minor;
    const char *patch;
    tc_version(&major, &minor, &patch);
    snprintf(name, sizeof(name), "tcmalloc-%d.%d%s", major, minor, patch);
}

const char *zmi_backend_name(void)
{
    static pthread_once_t asked = PTHREAD_ONCE_INIT;
    pthread_once(&asked, ask);
    return name;
}
