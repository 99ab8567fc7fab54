# SPDX-License-Identifier: BSD-3-Clause
"""The functions that public headers declare, in their order: declarations.py HEADER...
Prints the names, one a line; doc/meson.build makes a page of each."""
import re
import sys


def code(text):
    """A header without comments, directives and the brackets that C++ needs."""
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    text = re.sub(r'^\s*#.*', '', text.replace('\\\n', ''), flags=re.M)
    return re.sub(r'extern\s+"C"\s*\{', '', text)


def declarations(text):
    """{name: prototype}, where a prototype has single spaces, and no attributes."""
    found = {}
    for declaration in code(text).split(';'):
        function = re.search(r'\b(z\w+)\s*\(', declaration)
        if function is None or declaration.split()[0] == 'typedef':
            continue
        plain = re.sub(r'\bZMALLOC_[A-Z_]+(\s*\([^()]*\))?', '', declaration)
        found[function[1]] = ' '.join(plain.split())
    return found


def read(paths):
    """The declarations of all these headers."""
    found = {}
    for path in paths:
        with open(path) as file:
            found.update(declarations(file.read()))
    return found


if __name__ == '__main__':
    print('\n'.join(read(sys.argv[1:])))
