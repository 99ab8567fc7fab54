# SPDX-License-Identifier: BSD-3-Clause
"""What public headers declare, in their order: declarations.py HEADER...
Prints the names of functions, one a line; doc/meson.build makes a page of each."""
import collections
import re
import sys

# A prototype has single spaces and no attributes; label is the argument of ZMALLOC_LABEL, since the
# version that the comment says. Both are '' where there is none.
Function = collections.namedtuple('Function', 'name prototype label since')


def functions(text):
    """The functions that a header declares; a comment goes for all declarations up to the next."""
    text = re.sub(r'^[ \t]*#.*', '', text.replace('\\\n', ''), flags=re.M)
    text = re.sub(r'extern\s+"C"\s*\{', '', text)
    found, comment, pending = [], '', ''
    for part in re.split(r'(/\*.*?\*/)', text, flags=re.S):
        if part.startswith('/*'):
            if not pending.strip():  # else it stands inside a declaration
                comment = ' '.join(part.split())
            continue
        *complete, pending = (pending + part).split(';')
        for piece in complete:
            function = re.search(r'\b(z\w+)\s*\(', piece)
            if function is None or piece.split()[0] == 'typedef':
                continue
            prototype = re.sub(r'\bZMALLOC_[A-Z_]+(\s*\([^()]*\))?', '', piece)
            label = re.search(r'\bZMALLOC_LABEL\((\w+)\)', piece)
            since = re.search(r'Since (\d+\.\d+)\.', comment)
            found.append(Function(function[1], ' '.join(prototype.split()).replace('( ', '('),
                                  label[1] if label else '', since[1] if since else ''))
    return found


def macros(text):
    """The macros that a header defines for programs: no guards, and none that end in _."""
    return [name for name in re.findall(r'^#[ \t]*define[ \t]+(\w+)', text, re.M)
            if not name.endswith(('_H', '_'))]


def figures(text):
    """The names in the lists of figures, X(name, unit, help), that a header has."""
    return re.findall(r'\bX\(prefix##(\w+),', text)


def read(paths, what=functions):
    found = []
    for path in paths:
        with open(path) as file:
            found += what(file.read())
    return found


if __name__ == '__main__':
    print('\n'.join(function.name for function in read(sys.argv[1:])))
