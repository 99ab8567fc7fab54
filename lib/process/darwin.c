/* SPDX-License-Identifier: BSD-3-Clause
 * The process readers of macOS, from Mach's task_info (<mach/task_info.h>). Private dirty pages have
 * nothing there that is known to count the same: the phys_footprint of TASK_VM_INFO includes memory
 * that was compressed and is not in RAM as it stands.
 * Not tested: no such machine is in CI. */
#include "process/process.h"

#include "figure.h"

#include <errno.h>
#include <mach/mach.h>
#include <sys/sysctl.h>

int zmi_process_rss(const char *root, size_t *bytes)
{
    struct mach_task_basic_info info;
    mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;

    (void)root;
    /* Mach's own codes are no errno values, and which one it was would help nobody: a task can
     * always ask about itself. */
    if (task_info(mach_task_self(), MACH_TASK_BASIC_INFO, (task_info_t)&info, &count) !=
        KERN_SUCCESS)
        return EIO;
    *bytes = (size_t)info.resident_size;
    return 0;
}

void zmi_machine_memory(const char *root, struct zmalloc_memory_limits *limits)
{
    uint64_t bytes;
    size_t size = sizeof(bytes);
    (void)root;
    limits->physical = sysctlbyname("hw.memsize", &bytes, &size, NULL, 0) == 0
                           ? figure_known(bytes)
                           : figure_unknown(errno);
    limits->swap_size = limits->swap_free = figure_unknown(ENOTSUP);
}
