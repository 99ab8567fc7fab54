# SPDX-License-Identifier: BSD-3-Clause
# The programs that are measured, found by their names in the build directory, and how one is run.
import collections
import os
import re
import subprocess

TIMEOUT = 300  # seconds

BARE_NAMES = {
    'libc': 'libc malloc()',
    'jemalloc': 'jemalloc mallocx()',
    'tcmalloc': 'tcmalloc tc_malloc()',
    'mimalloc': 'mimalloc mi_malloc()',
}


# Nanoseconds: of the whole run; per operation by the wall, and per operation of processor time.
Time = collections.namedtuple('Time', 'elapsed wall cpu')


class Failed(Exception):
    pass


class Side:
    """allocator: whose bare side this one is compared with; kind: bare, malloc, asked, passing, cell,
    static or peer; cell: what --cell selects it by."""

    def __init__(self, name, allocator, kind, program, cell=None, library=None, arguments=()):
        self.name = name
        self.allocator = allocator
        self.kind = kind
        self.program = program
        self.cell = cell or name
        self.library = library
        self.arguments = list(arguments)
        # Empty but for what it needs: no variable may tune an allocator, or fill its blocks
        # (MALLOC_PERTURB_), or move the stack by its length. Bare tcmalloc beside the C library's
        # malloc() crashes without that one, which libzmalloc sees to itself.
        self.environment = {'TCMALLOC_SKIP_SBRK': '1'}
        if kind == 'peer':
            self.environment['LD_PRELOAD'] = library

    @property
    def sharded(self):
        return self.kind not in ('cell', 'static') or self.cell.endswith('-sharded')

    def run(self, workload, threads, count):
        """The words printed, or None where the side has no such workload."""
        command = [self.program, workload, str(threads), str(count), *self.arguments]
        try:
            result = subprocess.run(command, env=self.environment, capture_output=True, text=True,
                                    timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            raise Failed(f'{self.name}: {workload}, {threads} threads: took over {TIMEOUT} s')
        if result.returncode != 0:
            reason = result.stderr.strip() or f'status {result.returncode}'
            raise Failed(f'{self.name}: {workload}, {threads} threads: {reason}')
        words = result.stdout.split()
        return None if words == ['n/a'] else words

    def time(self, workload, threads, count):
        """A Time, or None."""
        words = self.run(workload, threads, count)
        return words and Time(*map(float, words))


def programs(build):
    directory = os.path.join(build, 'bench')
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        allocator, dot, side = name.partition('.')
        if dot and side != 'so' and os.path.isfile(path) and os.access(path, os.X_OK):
            yield allocator, side, path


def find(shared, static):
    """The sides of two build directories, the bare ones apart: allocator -> side, and a list."""
    bares, sides = {}, []
    # The C library first, as it is there everywhere.
    for allocator, side, path in sorted(programs(shared), key=lambda found: found[0] != 'libc'):
        if side == 'bare':
            name = BARE_NAMES.get(allocator, allocator)
            bares[allocator] = Side(name, allocator, 'bare', path)
        elif side == 'malloc':
            sides.append(Side(f'{allocator} malloc()', allocator, 'malloc', path))
        elif side == 'asked':
            sides.append(Side(f'{allocator}, sizes asked', allocator, 'asked', path))
        elif side == 'passing':
            sides.append(Side(f'{allocator}, calls passed on', allocator, 'passing', path))
        elif allocator not in ('load', 'instructions') and side != 'peer':
            library = os.path.join(shared, 'lib', f'libzmalloc-{side}.so')
            sides.append(Side(side, allocator, 'cell', path, library=library))
    if os.path.isdir(os.path.join(static, 'bench')):
        for allocator, side, path in programs(static):
            sides.append(Side(f'{side}, static LTO', allocator, 'static', path, cell=side))
    # As they stand in the tables: what is shipped first, slower modes last.
    rank = {'sharded': 0, 'atomic': 1, 'mutex': 2}
    last = ('malloc', 'asked', 'passing')
    sides.sort(key=lambda s: (s.kind in last, rank.get(s.cell.rpartition('-')[2], 0), s.name))
    return bares, sides


def parse_peer(text):
    """(name, file, keys) of NAME=FILE.so[,KEY=VALUE...]. Raises ValueError."""
    name, equals, rest = text.partition('=')
    file, *pairs = rest.split(',')
    if not name or not equals or not file:
        raise ValueError(f"'{text}' is not NAME=FILE.so[,KEY=VALUE...]")
    keys = {'malloc': 'zmalloc', 'free': 'zfree', 'realloc': 'zrealloc',
            'used': 'zmalloc_used_memory', 'bare': 'libc'}
    for pair in pairs:
        key, equals, value = pair.partition('=')
        if key not in keys or not equals:
            raise ValueError(f"'{pair}' is none of {', '.join(known + '=' for known in keys)}")
        keys[key] = value
    file = os.path.realpath(file)
    if not os.path.isfile(file):
        raise ValueError(f'no such file: {file}')
    if re.search(r'[\s:]', file):
        raise ValueError(f'LD_PRELOAD takes no path with a blank or a colon: {file}')
    return name, file, keys


def make_peer(described, shared):
    """The side of such a peer, tried once. Raises ValueError."""
    name, file, keys = described
    program = os.path.join(shared, 'bench', keys['bare'] + '.peer')
    if not os.path.isfile(program):
        there = ', '.join(allocator for allocator, side, _ in programs(shared) if side == 'peer')
        raise ValueError(f"--peer: no bare allocator '{keys['bare']}' (there are: {there})")
    arguments = [file, keys['malloc'], keys['free'], keys['realloc'], keys['used']]
    side = Side(name, keys['bare'], 'peer', program, library=file, arguments=arguments)
    try:
        side.run('pair', 1, 1)
    except Failed as failure:
        raise ValueError(f'--peer: {failure}')
    return side
