# SPDX-License-Identifier: BSD-3-Clause
"""The public symbols, everywhere they stand: header, version script, program that takes the address
of each, baseline of what was shipped; and what a built library exports, imports and needs."""
import argparse
import os
import pathlib
import re
import sys
import xml.etree.ElementTree

from binaries import dynamic_section, names

sys.path.append(os.path.join(os.path.dirname(__file__), '..', '..', 'doc'))
import declarations

# A build on another allocator that imports one of these gets the C library's.
C_LIBRARY_ALLOCATOR = {'malloc', 'calloc', 'realloc', 'reallocarray', 'aligned_alloc', 'memalign',
                       'posix_memalign', 'malloc_usable_size', 'strdup', 'strndup'}
# The sonames of allocators, and the one each build may need.
ALLOCATORS = {'jemalloc': r'libjemalloc\.', 'tcmalloc': r'libtcmalloc', 'mimalloc': r'libmimalloc\.'}
# Builds whose blocks are not the C library's; a private allocator is needed by no soname.
OTHERS = {*ALLOCATORS, 'jemalloc-private', 'mimalloc-private'}

NODE = r'ZMALLOC_[1-9]\d*\.\d+'


def difference(what, found, expected):
    for symbol in sorted(found - expected):
        yield f'{what}: {symbol} should not be there'
    for symbol in sorted(expected - found):
        yield f'{what}: {symbol} is missing'


def read_map(path):
    """([(symbol, version node)], problems): what the linker takes silently counts as a problem."""
    with open(path) as file:
        text = re.sub(r'/\*.*?\*/|#[^\n]*', '', file.read(), flags=re.S)
    exported, found = [], []
    for node, body in re.findall(r'([^\s{};]*)\s*\{(.*?)\}', text, re.S):
        if not re.fullmatch(NODE, node):
            found.append(f'map: a node is called "{node}", not ZMALLOC_MAJOR.MINOR')
        for scope, symbol in scopes(body):
            if scope == 'global':
                exported.append((symbol, node))
                if not re.fullmatch(r'libzmalloc_\w+', symbol):
                    found.append(f'map: {node} exports "{symbol}", which is no libzmalloc_ name')
            elif symbol != '*':
                found.append(f'map: {node} hides "{symbol}"; only * is hidden')
    for symbol in sorted({name for name, _ in exported}):
        nodes = [node for name, node in exported if name == symbol]
        if len(nodes) > 1:
            found.append(f'map: {symbol} stands in {" and ".join(nodes)}')
    if '*' not in re.findall(r'local:\s*([^;\s]*)', text):
        found.append('map: what is not exported is not hidden (local: *)')
    return exported, found


def scopes(body):
    scope = 'global'
    for token in re.findall(r'\w+(?=\s*:)|[^\s;:]+', body):
        if token in ('global', 'local'):
            scope = token
        else:
            yield scope, token


def read_headers(directory):
    """(symbols, problems): each declaration of a function has a label, and that made of its name.
    zmalloc-compat.h has other names for them alone: tests/compat/ has its types and calls."""
    symbols, found = [], []
    headers = [path for path in sorted(pathlib.Path(directory).rglob('*.h'))
               if path.name != 'zmalloc-compat.h']
    for function in declarations.read(headers):
        if not function.label:
            found.append(f'header: {function.name}() has no label')
            continue
        symbols.append('libzmalloc_' + function.label)
        if function.label not in (function.name[1:], function.name.removeprefix('zmalloc_')):
            found.append(f'header: {function.name}() is labelled {function.label}')
    for symbol in sorted({symbol for symbol in symbols if symbols.count(symbol) > 1}):
        found.append(f'header: {symbol} is the label of two functions')
    if not symbols:
        found.append('header: no function found')
    return set(symbols), found


def read_baseline(path):
    """{(symbol, version node)}"""
    symbols = {(symbol.get('name'), symbol.get('version'))
               for symbol in xml.etree.ElementTree.parse(path).iter('elf-symbol')}
    return {(name, node) for name, node in symbols if name != node}


def against_baseline(exported, shipped):
    """What was shipped stays as it was, and what is new has a node that was not shipped."""
    for name, node in sorted(shipped - exported):
        yield f'baseline: {name}@@{node} was there, and is no longer'
    nodes = {node for _, node in shipped}
    for name, node in sorted(exported - shipped):
        if node in nodes:
            yield f'baseline: {name} is new, and {node} was there without it'


def exported_problems(library, expected, nodes):
    exported = set()
    for symbol in names('-D', '--defined-only', library):
        name, _, version = symbol.partition('@@')
        if name in nodes and version in ('', name):
            continue  # the node itself
        if not version:
            yield f'exported: {symbol} has no version'
        exported.add(symbol)
    yield from difference('exported', exported, {'@@'.join(pair) for pair in expected})


def imported_problems(library, backend):
    imported = {symbol.split('@')[0] for symbol in names('-D', '--undefined-only', library)}
    if backend in OTHERS:
        for symbol in sorted(imported & C_LIBRARY_ALLOCATOR):
            yield f"imported: {symbol}, which is the C library's in a program that links the library"
    if 'free' not in imported:
        yield 'imported: no free, which zlibc_free() is to call'


def dynamic_problems(library, backend, soname):
    dynamic = dynamic_section(library)
    needed = re.findall(r'\(NEEDED\).*\[(.*)\]', dynamic)
    for name in needed:
        if 'glib' in name:
            yield f'needed: {name}, which is for the tests alone'
    for allocator, pattern in ALLOCATORS.items():
        links = any(re.match(pattern, name) for name in needed)
        if links != (allocator == backend):
            yield f'needed: {needed}, in a build on {backend}'
    if 'NODELETE' not in dynamic:
        yield 'not linked with -z nodelete: a thread may exit after dlclose()'
    found = re.search(r'\(SONAME\).*\[(.*)\]', dynamic)
    if soname and (found is None or found[1] != soname):
        yield f'soname: {found and found[1]}, expected {soname}'


def problems(arguments):
    exported, found = read_map(arguments.map)
    yield from found
    labels, found = read_headers(arguments.headers)
    yield from found
    mapped = {name for name, _ in exported}
    yield from difference('map, against the header', mapped, labels)
    if arguments.baseline:
        yield from against_baseline(set(exported), read_baseline(arguments.baseline))
    if arguments.program:
        used = {symbol.split('@')[0] for symbol in names('--undefined-only', arguments.program)}
        yield from difference('program that takes every address, against the header',
                              {name for name in used if name.startswith('libzmalloc_')}, labels)
    if arguments.library:
        yield from exported_problems(arguments.library, set(exported), {node for _, node in exported})
        yield from imported_problems(arguments.library, arguments.backend)
        yield from dynamic_problems(arguments.library, arguments.backend, arguments.soname)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--map', required=True)
    parser.add_argument('--headers', required=True, help='directory')
    parser.add_argument('--baseline')
    parser.add_argument('--program')
    parser.add_argument('--library')
    parser.add_argument('--backend')
    parser.add_argument('--soname')
    found = list(problems(parser.parse_args()))
    print('\n'.join(found) if found else 'as they should be')
    sys.exit(1 if found else 0)


if __name__ == '__main__':
    main()
