#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# What libzmalloc costs over the bare allocators: measures what script/bench has built.
# doc/performance.md tells the method.
import argparse
import os
import sys

sys.dont_write_bytecode = True  # no __pycache__ among the sources

import charts
import costs
import plan
import report
import rounds
import sides


def workloads(text):
    words = text.split(',')
    for word in words:
        if word not in plan.EVERYTHING:
            there = ', '.join(plan.EVERYTHING)
            raise argparse.ArgumentTypeError(f"no workload '{word}' (there are: {there})")
    return words


def positive(text):
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return int(text)


def thread_counts(text):
    return sorted({positive(word) for word in text.split(',')})


def peer(text):
    try:
        return sides.parse_peer(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(error)


def parse_options():
    parser = argparse.ArgumentParser(
        prog='script/bench', allow_abbrev=False, epilog='doc/performance.md tells the method.',
        description='Measures what libzmalloc costs over the bare allocators, in paired rounds.')
    option = parser.add_argument
    option('--build', default='build-bench', help=argparse.SUPPRESS)
    option('--check', action='store_true', help=argparse.SUPPRESS)  # the options, and no more
    option('--quick', action='store_true',
           help='a look, not a result: 3 short rounds, 1 and 2 threads')
    option('--full', action='store_true',
           help='every cell with every workload and number of threads (over an hour)')
    option('--workload', type=workloads, default=plan.EVERYTHING, metavar='A,B',
           help='only these: ' + ', '.join(plan.EVERYTHING))
    option('--threads', type=thread_counts, metavar='N,N',
           help='only these (default: 1,2,4,8,16, of some 1,2,8; of read 1,8,64,512)')
    option('--cell', metavar='GLOB,GLOB',
           help="only these, with all workloads, e.g. 'jemalloc*,*-mutex'")
    option('--rounds', type=positive, metavar='N', help='(default: 9)')
    option('--clock', choices=list(report.CLOCKS), default='wall',
           help='what ratios are of: time by the wall (default), or of the processor, which other '
                'programs disturb less, but which sees no thread wait')
    option('--peer', type=peer, action='append', default=[],
           metavar='NAME=FILE.so[,KEY=VALUE...]',
           help='another library beside ours; keys: malloc, free, realloc, used (its symbols), '
                'bare (the allocator it stands on, default libc)')
    option('--out', metavar='DIR', help='(default: build-bench/results)')
    options = parser.parse_args()
    if options.quick and options.full:
        parser.error('--quick and --full exclude each other')
    most = 4096 if options.workload == ['read'] else 64
    if options.threads and options.threads[-1] > most:
        parser.error(f'--threads: at most {most}')
    if options.check:
        sys.exit(0)
    return parser, options


def choose_sides(parser, options, shared):
    """The bare sides by allocator, and the list of those to be compared with them."""
    if not os.path.isfile(os.path.join(shared, 'bench', 'spawn')):
        parser.error(f'{shared} is not built: use script/bench')
    bares, selected = sides.find(shared, os.path.join(options.build, 'lto'))
    try:
        if options.cell is not None:
            selected = plan.select(options.cell, selected)
        selected += [sides.make_peer(described, shared) for described in options.peer]
    except ValueError as error:
        parser.error(error)
    names = [side.name for side in selected]
    for name, *_ in options.peer:
        if names.count(name) > 1:
            parser.error(f"--peer: the name '{name}' is taken")
    there = {side.allocator for side in selected}
    return {name: bare for name, bare in bares.items() if name in there}, selected


def notes_on(options, machine):
    notes = []
    if options.quick:
        notes.append('QUICK: a look at short runs. NOT A RESULT; leave --quick out for one.')
    if 'cross' in options.workload:
        notes.append('cross takes pairs of threads: n/a with an odd number of them.')
    if options.clock == 'wall' and machine['load_at_start'] > machine['cores'] / 2:
        notes.append('The machine was busy with other programs: --clock cpu is steadier then.')
    return notes


def main():
    parser, options = parse_options()
    shared = os.path.join(options.build, 'shared')
    bares, selected = choose_sides(parser, options, shared)
    out = options.out or os.path.join(options.build, 'results')
    try:
        os.makedirs(out, exist_ok=True)
    except OSError as error:
        parser.error(f'--out: {error}')

    number = options.rounds or (3 if options.quick else 9)
    target = 0.1 if options.quick else 0.3
    jobs = plan.jobs(options, bares, selected)
    total = sum(job.runs(number) for job in jobs)
    minutes = sum(job.seconds(number, target) for job in jobs) / 60
    print(f'{total} runs in {number} rounds: about {minutes:.0f} minutes', flush=True)

    machine = report.machine(shared, selected)
    everything = {'machine': machine, 'rounds': number, 'seconds_a_run': target,
                  'clock': options.clock, 'results': [], 'memory': [], 'library': [], 'load': [],
                  'notes': notes_on(options, machine)}
    every_side = [side for allocator, bare in bares.items()
                  for side in [bare] + [s for s in selected if s.allocator == allocator]]
    failures = []
    progress = rounds.Progress(total)
    counts = rounds.Counts(target)
    status = 0
    measured = everything['results']
    try:
        for job in jobs:
            try:
                measured += rounds.measure(job, number, options.clock, counts, progress, failures)
            except sides.Failed as failure:
                failures.append(str(failure))
        progress.end()
        everything.update(costs.measure(options, shared, every_side, failures))
    except KeyboardInterrupt:
        progress.end()
        everything['notes'].append('INTERRUPTED: the results so far.')
        status = 130
    if failures:
        everything['notes'] += [f'FAILED: {failure}' for failure in failures]
        status = status or 1

    report.write(out, everything, every_side)
    print(report.text(everything, every_side))
    print(charts.write(out, measured, every_side))
    print(f'Data: {out}/results.json, results.csv, results.txt')
    return status


if __name__ == '__main__':
    sys.exit(main())
