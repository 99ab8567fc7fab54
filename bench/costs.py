# SPDX-License-Identifier: BSD-3-Clause
# What is not timed by rounds: memory per block, size and relocations of a library, time to load it.
import os
import statistics
import subprocess

from sides import Failed

LOAD_ROUNDS = 300
QUICK_LOAD_ROUNDS = 30
NAMES = ['memory', 'library', 'load']
FOOTPRINTS = {'footprint-64': 1000000, 'footprint-churn': 200000}  # blocks: 64 MB, 106 MB


def memory(sides, failures):
    """Bytes per block beyond those asked for, by count and in resident memory."""
    rows = []
    for side in sides:
        row = {'allocator': side.allocator, 'side': side.name, 'kind': side.kind}
        try:
            for name, blocks in FOOTPRINTS.items():
                asked, counted, resident = map(float, side.run(name, 1, blocks))
                row[name] = {
                    'asked': asked,
                    'counted': counted - asked if counted else None,  # a peer that does not count
                    'resident': resident - asked,
                }
        except Failed as failure:
            failures.append(str(failure))
            continue
        rows.append(row)
    return rows


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def libraries(sides):
    """Sizes in bytes and dynamic relocations of each shared library."""
    rows = []
    for side in sides:
        if side.library is None:
            continue
        text, data, bss = output_of('size', side.library).splitlines()[1].split()[:3]
        relocations = output_of('readelf', '-rW', side.library).count(' R_')
        rows.append({
            'allocator': side.allocator, 'side': side.name,
            'text': int(text), 'data': int(data), 'bss': int(bss),
            'file': os.path.getsize(side.library),
            'relocations': relocations,
        })
    return rows


def load_times(shared, names, clock, rounds):
    """Microseconds from start to end of a program that does nothing, linked with each of names, by
    itself and beyond that linked with the C library alone."""
    directory = os.path.join(shared, 'bench')
    names = [name for name in ['libc'] + [n for n in names if n != 'libc']
             if os.path.isfile(os.path.join(directory, 'load.' + name))]
    programs = [os.path.join(directory, 'load.' + name) for name in names]
    lines = output_of(os.path.join(directory, 'spawn'), clock, str(rounds), *programs).splitlines()
    table = [[float(word) for word in line.split()] for line in lines]
    return [{
        'name': name,
        'us': statistics.median(row[i] for row in table),
        'more_us': statistics.median(row[i] - row[0] for row in table),
    } for i, name in enumerate(names)]


def measure(options, shared, sides, failures):
    """Those of NAMES that are asked for. Other modes cost no other memory, and load alike."""
    found = {}
    shipped = [side for side in sides if side.sharded and side.kind != 'static']
    if 'memory' in options.workload:
        found['memory'] = memory(shipped, failures)
    if 'library' in options.workload:
        found['library'] = libraries(shipped)
    if 'load' in options.workload:
        names = [side.allocator if side.kind == 'bare' else side.cell for side in shipped]
        rounds = QUICK_LOAD_ROUNDS if options.quick else LOAD_ROUNDS
        found['load'] = load_times(shared, names, options.clock, rounds)
    return found
