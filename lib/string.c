/* SPDX-License-Identifier: BSD-3-Clause
 * Copies of strings. */
#include <string.h>

#include <zmalloc.h>

#include "internal.h"

static char *copy(const char *s, size_t length)
{
    char *result = zmalloc(length + 1);
    if (result == NULL)
        return NULL;
    memcpy(result, s, length);
    result[length] = '\0';
    return result;
}

ZMI_EXPORT char *zstrdup(const char *s)
{
    return copy(s, strlen(s));
}

ZMI_EXPORT char *zstrndup(const char *s, size_t n)
{
    return copy(s, strnlen(s, n));
}
