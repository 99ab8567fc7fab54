/* SPDX-License-Identifier: BSD-3-Clause
 * Backend tcmalloc: the name of the build that is running. */
#include "backend/backend.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_TC_NALLOCX
#    include <gperftools/nallocx.h>
#endif

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

/* A sampled block takes whole pages, whatever its size; only the environment tells of sampling. */
static bool samples(void)
{
    const char *bytes = getenv("TCMALLOC_SAMPLE_PARAMETER");
    return bytes != NULL && strcmp(bytes, "0") != 0;
}

size_t zmi_backend_good_size(size_t size)
{
#ifdef HAVE_TC_NALLOCX
    return samples() ? 0 : tc_nallocx(size, 0);
#else
    (void)size;
    return 0;
#endif
}
