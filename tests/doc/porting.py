# SPDX-License-Identifier: BSD-3-Clause
"""The porting guide: what it says that differs is tried by the test that it names, it has every age,
and its example does the same before and after: porting.py ROOT BEFORE AFTER FILE ALLOCATOR
On another allocator than the copy's, blocks have other sizes, and more or fewer fit the budget."""
import os
import pathlib
import re
import shlex
import subprocess
import sys

from rules import differences, report

root, before, after, text, allocator = sys.argv[1:]
tests = pathlib.Path(root) / 'tests'
guide = (pathlib.Path(root) / 'doc/porting.md').read_text()
header = (pathlib.Path(root) / 'include/zmalloc-compat.h').read_text()


def section(heading):
    return guide.split(f'\n## {heading}\n')[1].split('\n## ')[0]


def rows(heading):
    """The cells of its table, without the header."""
    lines = [line for line in section(heading).splitlines() if line.startswith('|')]
    return [[cell.strip() for cell in line.strip('|').split(' | ')] for line in lines[2:]]


def untried(row):
    named = re.fullmatch(r'`([\w/.]+)`: (.+)', row[-1].removesuffix('|').strip())
    if not named:
        return 'names no test'
    path = tests / named[1]
    rule = re.compile(rf'["/]{re.escape(named[2])}"')
    return '' if path.is_file() and rule.search(path.read_text()) else f'no such test: {row[-1]}'


def printed(program):
    """The lines after the first, which names the allocator."""
    wrapper = shlex.split(os.environ.get('MESON_EXE_WRAPPER', ''))
    done = subprocess.run([*wrapper, program, text], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[1:]


differing = rows('What differs')
ages = re.findall(r'`(ZMALLOC_COMPAT\w*=\d+)`', ''.join(row[0] for row in rows('Names')))
known = [f'{macro}={age}' for macro, list_ in
         re.findall(r'#error "ages of (\w+?): ([\d ]+)"', header.replace('    ', ''))
         for age in list_.split()]
rules = [
    ('every difference is tried by a test',
     [f'{row[0]}: {untried(row)}' for row in differing if untried(row)] or
     ([] if differing else ['no table'])),
    ('the guide has every age that the header knows', differences(ages, known)),
]
if allocator == 'libc':
    first, second = printed(before), printed(after)
    rules.append(('the example prints the same before and after',
                  [] if len(first) > 1 and first == second else [f'{first[:3]}, then {second[:3]}']))
report(rules)
