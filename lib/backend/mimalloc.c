/* SPDX-License-Identifier: BSD-3-Clause
 * Backend mimalloc: the name of the build that is running. */
#include "backend/backend.h"

#include <pthread.h>
#include <stdio.h>

static char name[64];

static void ask(void)
{
    /* One digit each for minor and patch up to 2.2.x and 3.1.x (209 is 2.0.9), two in later
     * releases (20405 is 2.4.5). */
    int version = mi_version();
    int step = version < 10000 ? 10 : 100;
    snprintf(
        name, sizeof(name), "mimalloc-%d.%d.%d", version / (step * step), version / step % step,
        version % step);
}

const char *zmi_backend_name(void)
{
    static pthread_once_t asked = PTHREAD_ONCE_INIT;
    pthread_once(&asked, ask);
    return name;
}

/* It keeps no counter in builds without statistics. Its map of regions ends far below the addresses
 * that a system may give; a walk over the thread's heap has no such limit, and takes longer. */
static enum backend_owns owns(const void *ptr)
{
#ifdef HAVE_MI_IS_IN_HEAP_REGION
    if (mi_is_in_heap_region(ptr))
        return BACKEND_OWNS;
#endif
    return mi_check_owned(ptr) ? BACKEND_OWNS : BACKEND_OWNS_NOT;
}

const struct backend_identity *zmi_backend_identity(void)
{
    static const struct backend_identity identity = {
        .function = (void *)mi_malloc,
        .owns = owns,
    };
    return &identity;
}

size_t zmi_backend_good_size(size_t size)
{
    return mi_good_size(size);
}
