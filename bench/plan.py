# SPDX-License-Identifier: BSD-3-Clause
# What is to be run: which sides with which workloads and numbers of threads.
import fnmatch

import costs
import report
from rounds import Job

WORKLOADS = list(report.TITLES)
EVERYTHING = WORKLOADS + costs.NAMES
THREADS = [1, 2, 4, 8, 16]
FEW_THREADS = [1, 2, 8]
QUICK_THREADS = [1, 2]
READ_THREADS = [1, 8, 64, 512]
QUICK_READ_THREADS = [1, 8]


def select(patterns, found):
    """The sides that --cell names. Raises ValueError for a pattern that selects none."""
    picked = set()
    for pattern in patterns.split(','):
        matches = [side for side in found if fnmatch.fnmatch(side.cell, pattern)]
        if not matches:
            there = ', '.join(dict.fromkeys(side.cell for side in found))
            raise ValueError(f"no cell '{pattern}' (there are: {there})")
        picked.update(matches)
    return [side for side in found if side in picked]


def wanted(side, workload, threads, options):
    """Whether a run has it if nobody asked: the modes beside the default one, and static linking,
    have their say in the workloads where they differ."""
    if workload == 'read':
        return side.kind in ('cell', 'peer')
    if options.full or options.cell is not None:
        return True
    if side.kind in ('asked', 'passing'):
        return workload in ('pair', 'churn', 'sized') and threads in FEW_THREADS
    if side.kind == 'static':
        return side.sharded and workload in ('pair', 'churn', 'sized') and threads <= 2
    return side.sharded or (workload in ('pair', 'churn') and threads in FEW_THREADS)


def threads_of(workload, options):
    if options.threads:
        return options.threads
    if workload == 'read':
        return QUICK_READ_THREADS if options.quick else READ_THREADS
    if options.quick:
        return QUICK_THREADS
    few = workload in ('churn-large', 'realloc', 'sized', 'threads') and not options.full
    return FEW_THREADS if few else THREADS


def jobs(options, bares, selected):
    """Reads, which no bare allocator has, are one job for all sides; the rest is by allocator."""
    planned = []
    for workload in options.workload:
        if workload not in WORKLOADS:
            continue
        for threads in threads_of(workload, options):
            if workload == 'cross' and threads % 2:
                continue
            there = [side for side in selected if wanted(side, workload, threads, options)]
            for bare in [None] if workload == 'read' else bares.values():
                sides = [side for side in there if bare is None or side.allocator == bare.allocator]
                if sides:
                    planned.append(Job(workload, threads, bare, sides))
    return planned
