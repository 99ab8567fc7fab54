/* SPDX-License-Identifier: BSD-3-Clause
 * Snapshots, of the library's own. */
#ifndef ZMI_SNAPSHOT_H
#define ZMI_SNAPSHOT_H

#include <zmalloc/snapshot.h>

void zmi_snapshot_take(struct zmalloc_snapshot *snapshot);

#endif
