# SPDX-License-Identifier: BSD-3-Clause
"""Every program that a document shows is (a part of) a file that the tests build and run; the block
names it in a comment or a line in front: blocks.py ROOT EXAMPLE...
The examples are those that the tests run; what lies below tests/ is run by whoever put it there."""
import os
import pathlib
import re
import sys
import textwrap

from rules import report

# What is not a program: commands, which are for readers to type, and what they print.
NO_PROGRAM = ('sh', 'console')
MARKER = {'.md': r'(?:<!-- |`)(\S+)(?: -->\n|`\n\n)', '.scd': r'; (\S+)\n'}


def documents(root):
    patterns = ('*.md', 'doc/**/*.md', 'doc/*.scd', 'packaging/**/*.md')
    return sorted(path for pattern in patterns for path in root.glob(pattern))


def fenced(text, marker):
    """[(line, marker, language, code)]; a block may be set in, as in a list."""
    pattern = rf'(?:^ *{marker})?^( *)```(.*)\n((?:.*\n)*?)\2```$'
    return [(text.count('\n', 0, match.start()) + 1, match[1], match[3], match[4])
            for match in re.finditer(pattern, text, re.M)]


def indented(text):
    """[(line, code)] of blocks that are set in, as Markdown has them."""
    pattern = r'(?<=\n\n)(?:(?: {4}|\t).*\n|\n)+'
    return [(text.count('\n', 0, match.start()) + 1, match[0])
            for match in re.finditer(pattern, text) if match[0].strip()]


def dedented(lines):
    """Without the depth that they have in common; directives of the preprocessor have none."""
    depth = min((len(line) - len(line.lstrip()) for line in lines
                 if line.strip() and not line.startswith('#')), default=0)
    return [line if line.startswith('#') else line[depth:] for line in lines]


def is_part(code, whole):
    """Whether the lines stand in the file as they are, one after the other, at whatever depth."""
    lines = dedented(textwrap.dedent(code).strip('\n').splitlines())
    of = whole.splitlines()
    return any(dedented(of[start:start + len(lines)]) == lines
               for start in range(len(of) - len(lines) + 1))


def problem(root, examples, marker, language, code):
    """What is wrong with a fenced block, or None."""
    if not marker:
        if language in NO_PROGRAM or not language and code.startswith('$ '):
            return None
        return f'a block in "{language}" without the name of its file'
    if marker not in examples and not marker.startswith('tests/'):
        return f'{marker} is run by no test'
    if not (root / marker).is_file():
        return f'{marker} does not exist'
    if not is_part(code, (root / marker).read_text()):
        return f'{marker} does not have these lines:\n#   ' + code.rstrip().replace('\n', '\n#   ')
    return None


def check(root, path, examples):
    """([problem], programs shown, blocks of commands)"""
    text = path.read_text()
    manual = path.suffix == '.scd'
    problems, programs, commands = [], 0, 0
    if manual:
        # Declarations, which manual.py compares with the header. Backslashes are doubled in scdoc.
        text = re.sub(r'^# SYNOPSIS\n.*?(?=^# )', lambda match: re.sub('.', '', match[0]), text,
                      flags=re.M | re.S).replace('\\\\', '\\')
    for line, marker, language, code in fenced(text, MARKER[path.suffix]):
        if manual and not re.search('[;{]$', code, re.M):
            language = 'sh'
        found = problem(root, examples, marker, language, code)
        if found:
            problems.append(f'{path.relative_to(root)}:{line}: {found}')
        programs += bool(marker)
        commands += not marker
    if not manual:
        unfenced = re.sub(r'^( *)```.*\n(?:.*\n)*?\1```$', '', text, flags=re.M)
        for line, code in indented(unfenced):
            if re.search(r'#include|\bz[a-z_]+\(', code):
                problems.append(f'{path.relative_to(root)}: a program that is not fenced: '
                                f'{code.strip().splitlines()[0]}')
            commands += 1
    return problems, programs, commands


def main():
    root, *examples = sys.argv[1:]
    root = pathlib.Path(root)
    rules = []
    for path in documents(root):
        problems, programs, commands = check(root, path, examples)
        rules.append((f'{path.relative_to(root)}: {programs} programs are files that are run, '
                      f'{commands} blocks are commands, which are not', problems))
    shown = sum(' 0 programs' not in rule for rule, _ in rules)
    rules.append(('there are documents with programs', [] if shown else ['none found']))
    report(rules)


if __name__ == '__main__':
    main()
