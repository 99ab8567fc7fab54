#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Instructions that zmalloc(), zfree() and zfree_sized() take over the bare allocator's own calls,
counted by valgrind: the same count each time, however busy the machine is.

usage: instructions.py BUILD [--check FILE | --record FILE]

"over" is what ours takes more than the bare call, that of the allocator included. With --check it
fails where that is more than a tenth (or than one instruction, where a tenth is less) over the recorded
count. Counts depend on the compiler and the allocators: the file says which ones it was made with, and
with others nothing is compared, and it says so."""
import argparse
import csv
import platform
import re
import subprocess
import sys
from pathlib import Path

CALLS = ['malloc', 'free', 'free_sized']
PER_RUN = 64 * 500  # BLOCKS * ROUNDS of instructions.c
TOLERANCE = 0.10
PREFIX = 'instructions.'


def count(program, call):
    done = subprocess.run(
        ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null',
         f'--toggle-collect=count_{call}', program],
        env={}, capture_output=True, text=True)
    collected = re.search(r'Collected\s*:\s*(\d+)', done.stderr)
    if done.returncode != 0 or collected is None:
        sys.exit(f'{program}, {call}:\n{done.stderr}')
    return int(collected[1]) / PER_RUN


def measure(build):
    """{(cell, call): (of the bare allocator, over it)}"""
    programs = {}
    for path in Path(build, 'bench').glob(PREFIX + '*'):
        if path.is_file():
            allocator, side = path.name[len(PREFIX):].split('.')
            programs.setdefault(allocator, {})[side] = path
    if not programs:
        sys.exit(f'{build}/bench has no {PREFIX}* programs: configure with -Dbenchmarks=true')
    found = {}
    for allocator, sides in sorted(programs.items()):
        bare = {call: count(sides['bare'], call) for call in CALLS}
        for side, path in sorted(sides.items()):
            if side != 'bare':
                name = side if '-' in side else f'{allocator} {side}'
                for call in CALLS:
                    found[name, call] = (bare[call], count(path, call) - bare[call])
    return found


def environment(build):
    """What the counts depend on, as one line."""
    versions = {subprocess.run([path, 'version'], env={}, capture_output=True, text=True).stdout.strip()
                for path in Path(build, 'bench').glob(PREFIX + '*-sharded')}
    compiler = subprocess.run(['cc', '--version'], capture_output=True, text=True).stdout
    return ', '.join([platform.machine(), compiler.splitlines()[0], '-'.join(platform.libc_ver()),
                      *sorted(versions)])


def print_table(found):
    print(f"{'':26}{'zmalloc':>18}{'zfree':>18}{'zfree_sized':>18}")
    print(f"{'cell':26}" + 3 * f"{'bare':>9}{'over':>9}")
    for cell in sorted({cell for cell, _ in found}):
        values = [value for call in CALLS for value in found[cell, call]]
        print(f'{cell:26}' + ''.join(f'{value:9.1f}' for value in values))


def record(path, line, found):
    with open(path, 'w') as file:
        file.write(f'# {line}\n')
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['cell', 'call', 'bare', 'over'])
        for (cell, call), (bare, over) in sorted(found.items()):
            writer.writerow([cell, call, f'{bare:.1f}', f'{over:.1f}'])


def check(path, line, found):
    with open(path) as file:
        recorded_line = file.readline()[2:].strip()
        recorded = {(row['cell'], row['call']): float(row['over']) for row in csv.DictReader(file)}
    if recorded_line != line:
        print(f'recorded with {recorded_line}\nthis is       {line}\nnot ok - instructions: nothing '
              'to compare with: record them anew' if False else
              f'SKIP: recorded with {recorded_line}; this is {line}: nothing to compare')
        return True
    good = True
    for key in sorted(set(recorded) | set(found)):
        name = f'{key[0]} z{key[1]}'
        if key not in found or key not in recorded:
            good = False
            print(f"not ok - {name}: {'not recorded' if key in found else 'recorded, not measured'}")
            continue
        over, limit = found[key][1], recorded[key] + max(abs(recorded[key]) * TOLERANCE, 1)
        good &= over <= limit
        print(f"{'ok' if over <= limit else 'not ok'} - {name}: {over:.1f} instructions over the "
              f'bare call, at most {limit:.1f}')
    return good


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument('build')
parser.add_argument('--check', metavar='FILE')
parser.add_argument('--record', metavar='FILE')
arguments = parser.parse_args()
results = measure(arguments.build)
print_table(results)
if arguments.record:
    record(arguments.record, environment(arguments.build), results)
if arguments.check:
    sys.exit(not check(arguments.check, environment(arguments.build), results))
