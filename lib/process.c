/* SPDX-License-Identifier: BSD-3-Clause
 * The figures of a process, with the fallbacks and the errors that the public functions promise. */
#include "process/process.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <zmalloc.h>

#include "clock.h"
#include "figure.h"
#include "internal.h"

/* ---- This process ---------------------------------------------------------------------------- */

ZMI_EXPORT size_t zmalloc_get_rss(void)
{
    int saved_errno = errno;
    size_t bytes;
    if (zmi_process_rss("", &bytes) != 0)
        bytes = zmalloc_used_memory();
    errno = saved_errno;
    return bytes;
}

ZMI_EXPORT size_t zmalloc_get_private_dirty(void)
{
    int saved_errno = errno;
    size_t bytes;
    if (zmi_process_private_dirty("", &bytes) != 0)
        bytes = 0;
    errno = saved_errno;
    return bytes;
}

/* ---- Any process ----------------------------------------------------------------------------- */

static bool is_pid(long pid)
{
    return pid == -1 || pid > 0;
}

/* What a function that has failed, or not, returns: errno is the caller's unless it has. */
static int answer(int error, int saved_errno)
{
    errno = error != 0 ? error : saved_errno;
    return error != 0 ? -1 : 0;
}

ZMI_EXPORT int zmalloc_get_process_memory(long pid, struct zmalloc_process_memory *memory)
{
    struct zmalloc_process_memory own = {0};
    int saved_errno = errno;
    if (!zmi_figures_fit(
            memory, offsetof(struct zmalloc_process_memory, rss), ZMALLOC_PROCESS_PAGES))
        return -1;
    if (!is_pid(pid))
        return answer(EINVAL, saved_errno);

    uint64_t begun = clock_now();
    int error = zmi_process_status("", pid, &own);
    if (error == ESRCH)
        return answer(error, saved_errno);
    own.read_time = figure_known(clock_now() - begun);
    if (error != 0) {
        struct zmalloc_figure none = figure_unknown(error);
        own.rss = own.peak_rss = own.rss_anonymous = own.rss_file = own.rss_shared = own.swap =
            own.virtual_size = own.read_time = none;
    }
    if (memory->flags & ZMALLOC_PROCESS_PAGES) {
        begun = clock_now();
        zmi_process_pages("", pid, &own);
        own.walk_time = figure_known(clock_now() - begun);
    }
    zmi_figures_give(memory, &own, sizeof(own));
    return answer(0, saved_errno);
}

static bool is_field(const char *field)
{
    const char *colon = strchr(field, ':');
    return colon != NULL && colon > field && colon[1] == '\0' && strchr(field, '\n') == NULL;
}

ZMI_EXPORT int
zmalloc_get_smaps_field(long pid, const char *field, size_t *bytes, uint64_t *elapsed)
{
    int saved_errno = errno;
    uint64_t begun = clock_now();
    int error =
        is_pid(pid) && is_field(field) ? zmi_process_smaps_field("", pid, field, bytes) : EINVAL;
    if (error == 0 && elapsed != NULL)
        *elapsed = clock_now() - begun;
    return answer(error, saved_errno);
}

ZMI_EXPORT int zmalloc_get_process_stat(long pid, int field, long long *value)
{
    int saved_errno = errno;
    int error = is_pid(pid) && field >= 4 ? zmi_process_stat("", pid, field, value) : EINVAL;
    return answer(error, saved_errno);
}
