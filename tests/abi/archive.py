# SPDX-License-Identifier: BSD-3-Clause
"""What a static archive defines for everybody who links it: every public symbol, and else names of
our own alone. A program has one namespace, and an archive cannot hide a name in it."""
import argparse
import re
import sys

from binaries import names
from symbols import difference, read_map

# AddressSanitizer gives each variable a companion. Compilers for 32-bit x86 put the same helpers, of
# hidden visibility, into every object that is to be position-independent.
OURS = r'(__odr_asan\.)?(libzmalloc|zmi)_\w+|__x86\.get_pc_thunk\.\w+'


def problems(arguments):
    defined = names('--extern-only', '--defined-only', arguments.archive)
    for symbol in sorted(defined):
        if not re.fullmatch(OURS, symbol):
            yield f'defined: {symbol}, a name that belongs to others'
    exported, _ = read_map(arguments.map)
    yield from difference('public', {name for name in defined if name.startswith('libzmalloc_')},
                          {name for name, _ in exported})


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('--map', required=True)
parser.add_argument('archive')
found = list(problems(parser.parse_args()))
print('\n'.join(found) if found else 'as it should be')
sys.exit(1 if found else 0)
