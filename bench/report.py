# SPDX-License-Identifier: BSD-3-Clause
# The results as a text for people, and as CSV and JSON for machines.
import csv
import datetime
import json
import os
import platform
import re
import subprocess

TITLES = {
    'pair': 'pair: allocate 64 bytes, write, free',
    'churn': 'churn: 16 to 1039 bytes, random replacement among 4,096 live blocks a thread',
    'churn-large': 'churn-large: 16 bytes to 256 KiB, log-uniform, among 512 live blocks a thread',
    'cross': 'cross: one half of the threads allocates, the other frees',
    'realloc': 'realloc: 16 vectors a thread double from 16 bytes to 1 MiB',
    'sized': 'sized: churn, ours frees by zfree_sized(), bare by its free',
    'read': 'read: zmalloc_used_memory() with so many other threads alive, in ns',
    'threads': 'threads: start a thread that allocates and frees a block, and join it',
}
CLOCKS = {'wall': '', 'cpu': ', of processor time'}
WIDTH = 40
COLUMN = 19


def machine(build, sides):
    with open('/proc/cpuinfo') as file:
        model = re.search(r'^(?:model name|Model)\s*:\s*(.*)$', file.read(), re.M)
    comment = subprocess.run(['readelf', '-p', '.comment', os.path.join(build, 'bench/spawn')],
                             capture_output=True, text=True).stdout
    compiler = re.search(r'\]\s+(.*)', comment)
    versions = {'libc': '-'.join(platform.libc_ver())}
    for side in sides:
        if side.kind == 'cell' and side.allocator not in versions:
            versions[side.allocator] = ' '.join(side.run('version', 1, 1))
    return {
        'date': datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='seconds'),
        'cpu': model.group(1) if model else platform.machine(),
        'cores': os.cpu_count(),
        'kernel': platform.release(),
        'compiler': compiler.group(1) if compiler else 'unknown',
        'versions': versions,
        'load_at_start': round(os.getloadavg()[0], 1),
    }


# ---- Text ----------------------------------------------------------------------------------------

def number(value):
    return f'{value:,.0f}' if value >= 1000 else f'{value:.1f}' if value >= 10 else f'{value:.2f}'


def cell_text(result):
    if result is None:
        return '-'
    if result['ns'] is None:
        return 'n/a'
    if result['ratio'] is None:
        return number(result['ns']['median']) + ' ns'
    low, high = result['ratio']['quartiles']
    digits = 2 if high < 10 else 1
    return f"{result['ratio']['median']:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def line(name, texts):
    return f'{name:{WIDTH}}' + ''.join(f'{text:>{COLUMN}}' for text in texts)


def indented(kind, name):
    return name if kind == 'bare' else '  ' + name


def table(workload, results, sides):
    """A row for each side that has a result."""
    here = {(r['side'], r['threads']): r for r in results if r['workload'] == workload}
    if not here:
        return []
    columns = sorted({threads for _, threads in here})
    lines = ['', TITLES[workload],
             line('', [f'{n} thread' + ('s' if n > 1 else '') for n in columns])]
    for side in sides:
        if any((side.name, n) in here for n in columns):
            texts = [cell_text(here.get((side.name, n))) for n in columns]
            lines.append(line(indented(side.kind, side.name), texts))
    return lines


def signed(value):
    return 'n/a' if value is None else f'{value:+.1f}'


def memory_table(rows):
    lines = ['', 'memory: bytes a live block costs beyond those asked for',
             line('', ['64 B: counted', 'resident', '16..1039: counted', 'resident'])]
    for row in rows:
        texts = [signed(row[name][what]) for name in ('footprint-64', 'footprint-churn')
                 for what in ('counted', 'resident')]
        lines.append(line(indented(row['kind'], row['side']), texts))
    return lines


def library_table(rows):
    lines = ['', 'library: bytes, and what the dynamic linker has to relocate',
             line('', ['text', 'data + bss', 'file', 'relocations'])]
    for row in rows:
        lines.append(line(row['side'], [f"{row['text']:,}", f"{row['data'] + row['bss']:,}",
                                        f"{row['file']:,}", str(row['relocations'])]))
    return lines


def load_table(rows):
    lines = ['', 'load: a program that does nothing, from start to end, by what it is linked with',
             line('', ['in all', 'beyond libc'])]
    for row in rows:
        lines.append(line(row['name'], [f"{row['us']:.0f} us", f"{row['more_us']:+.0f} us"]))
    return lines


def about(machine):
    return [
        f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}",
        f"{machine['compiler']}; {', '.join(machine['versions'].values())}",
        f"{machine['date']}, load average {machine['load_at_start']} at the start",
    ]


def text(report, sides):
    lines = about(report['machine']) + [
        '',
        f"Bare rows: ns an operation{CLOCKS[report['clock']]}. Other rows: the ratio of their time",
        f"to it, the median of {report['rounds']} rounds and, in brackets, the quartiles.",
        'Below 1 is faster than bare.',
    ]
    for workload in TITLES:
        lines += table(workload, report['results'], sides)
    if report['memory']:
        lines += memory_table(report['memory'])
    if report['library']:
        lines += library_table(report['library'])
    if report['load']:
        lines += load_table(report['load'])
    for note in report['notes']:
        lines += ['', note]
    return '\n'.join(lines) + '\n'


# ---- Files ---------------------------------------------------------------------------------------

def write(directory, report, sides):
    """results.txt, results.json and results.csv: of the last, one line per run."""
    with open(os.path.join(directory, 'results.txt'), 'w') as file:
        file.write(text(report, sides))
    with open(os.path.join(directory, 'results.json'), 'w') as file:
        json.dump(report, file, indent=1)
        file.write('\n')
    with open(os.path.join(directory, 'results.csv'), 'w', newline='') as file:
        file.writelines(f'# {text}\n' for text in about(report['machine']))
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['workload', 'threads', 'allocator', 'side', 'round', 'wall_ns', 'cpu_ns',
                         'ratio'])
        for r in report['results']:
            for i, wall in enumerate(r['rounds_wall_ns']):
                ratio = f"{r['rounds_ratio'][i]:.4f}" if r['rounds_ratio'] else ''
                writer.writerow([r['workload'], r['threads'], r['allocator'], r['side'], i + 1,
                                 f'{wall:.4f}', f"{r['rounds_cpu_ns'][i]:.4f}", ratio])
