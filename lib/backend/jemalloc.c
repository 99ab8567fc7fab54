/* SPDX-License-Identifier: BSD-3-Clause
 * Backend jemalloc: the name of the build that is running. */
#include "backend/backend.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static char name[64] = "jemalloc";

static void ask(void)
{
    const char *version;
    size_t size = sizeof(version);
    if (je_mallctl("version", &version, &size, NULL, 0) != 0)
        return;
    /* "5.3.0-0-g54eaed…": release, commits since, revision. */
    int release = (int)strcspn(version, "-");
    snprintf(name, sizeof(name), "jemalloc-%.*s", release, version);
}

const char *zmi_backend_name(void)
{
    static pthread_once_t asked = PTHREAD_ONCE_INIT;
    pthread_once(&asked, ask);
    return name;
}
