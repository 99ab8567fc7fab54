# SPDX-License-Identifier: BSD-3-Clause
"""What a built library exports, imports and needs, against the version script and the header."""
import argparse
import re
import subprocess
import sys

# A build on another allocator that imports one of these gets the C library's.
C_LIBRARY_ALLOCATOR = {'malloc', 'calloc', 'realloc', 'reallocarray', 'aligned_alloc', 'memalign',
                       'posix_memalign', 'malloc_usable_size', 'strdup', 'strndup'}
# The sonames of allocators, and the one each build may need.
ALLOCATORS = {'jemalloc': r'libjemalloc\.', 'tcmalloc': r'libtcmalloc', 'mimalloc': r'libmimalloc\.'}
# Builds whose blocks are not the C library's; a private allocator is needed by no soname.
OTHERS = {*ALLOCATORS, 'jemalloc-private'}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols_of_map(path):
    """{symbol: version node}"""
    with open(path) as file:
        text = file.read()
    nodes = {}
    for node, body in re.findall(r'([\w.]+)\s*\{(.*?)\}', text, re.S):
        exported = body.split('global:')[1].split('local:')[0]
        for symbol in re.findall(r'\w+', exported):
            nodes[symbol] = node
    return nodes


def symbols_of_header(path):
    with open(path) as file:
        return {'libzmalloc_' + name for name in re.findall(r'ZMALLOC_LABEL\((\w+)\)', file.read())}


def difference(what, found, expected):
    for symbol in sorted(found - expected):
        yield f'{what}: {symbol} should not be there'
    for symbol in sorted(expected - found):
        yield f'{what}: {symbol} is missing'


def problems(arguments):
    nodes = symbols_of_map(arguments.map)
    yield from difference('header, against the map', symbols_of_header(arguments.header), set(nodes))

    exported = {line.split()[-1] for line in output(
        'nm', '-D', '--defined-only', arguments.library).splitlines()}
    exported -= set(nodes.values()) | {f'{node}@@{node}' for node in nodes.values()}
    yield from difference('exported', exported, {f'{name}@@{node}' for name, node in nodes.items()})

    imported = {line.split()[-1].split('@')[0] for line in output(
        'nm', '-D', '--undefined-only', arguments.library).splitlines()}
    if arguments.backend in OTHERS:
        for symbol in sorted(imported & C_LIBRARY_ALLOCATOR):
            yield f"imported: {symbol}, which is the C library's in a program that links the library"
    if 'free' not in imported:
        yield 'imported: no free, which zlibc_free() is to call'

    dynamic = output('readelf', '-dW', arguments.library)
    needed = re.findall(r'\(NEEDED\).*\[(.*)\]', dynamic)
    for name in needed:
        if 'glib' in name:
            yield f'needed: {name}, which is for the tests alone'
    for allocator, pattern in ALLOCATORS.items():
        links = any(re.match(pattern, name) for name in needed)
        if links != (allocator == arguments.backend):
            yield f'needed: {needed}, in a build on {arguments.backend}'
    if 'NODELETE' not in dynamic:
        yield 'not linked with -z nodelete: a thread may exit after dlclose()'
    soname = re.search(r'\(SONAME\).*\[(.*)\]', dynamic)
    if arguments.soname and (soname is None or soname[1] != arguments.soname):
        yield f'soname: {soname and soname[1]}, expected {arguments.soname}'


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('--map', required=True)
parser.add_argument('--header', required=True)
parser.add_argument('--backend', required=True)
parser.add_argument('--soname')
parser.add_argument('library')
found = list(problems(parser.parse_args()))
print('\n'.join(found) if found else 'as they should be')
sys.exit(1 if found else 0)
