#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes an allocator private: one object out of its position-independent archive, in which all is
local but the functions that the library calls, and those have names of the library's own.

usage: private.py ARCHIVE OUTPUT [--keep OLD=NEW]... [--replace OLD=NEW]... --
           OBJCOPY CC [ARGUMENT...]
--keep: a function of the allocator. --replace: one that it calls, and is to find by another name."""
import argparse
import subprocess

parser = argparse.ArgumentParser()
parser.add_argument('archive')
parser.add_argument('output')
parser.add_argument('--keep', action='append', default=[])
parser.add_argument('--replace', action='append', default=[])
parser.add_argument('objcopy')
parser.add_argument('compiler', nargs='+')
arguments = parser.parse_args()
kept = [renaming.split('=') for renaming in arguments.keep]

# Only the members that these functions need: not those of jemalloc for C++, which want its library.
subprocess.run([*arguments.compiler, '-r', '-nostdlib', *[f'-Wl,-u,{old}' for old, _ in kept],
                '-o', arguments.output, arguments.archive], check=True)
subprocess.run([arguments.objcopy,
                *[f'--redefine-sym={renaming}' for renaming in arguments.keep + arguments.replace],
                arguments.output], check=True)
# In a second run: objcopy looks at the names of the file it reads.
subprocess.run([arguments.objcopy, *[f'--keep-global-symbol={new}' for _, new in kept],
                arguments.output], check=True)
