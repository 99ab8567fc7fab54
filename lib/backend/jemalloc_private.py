#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes jemalloc private: one object out of its position-independent archive, in which all is local
but the functions that the library calls, and those are named zmi_je_*.

usage: jemalloc_private.py ARCHIVE PREFIX OUTPUT OBJCOPY CC [ARGUMENT...]
PREFIX is what the archive's public names begin with: nothing in distributions' builds, je_ in that
of the subproject."""
import subprocess
import sys

FUNCTIONS = ['malloc', 'free', 'mallocx', 'rallocx', 'sdallocx', 'sallocx', 'nallocx', 'mallctl']
# Replaced by lib/backend/jemalloc_system.c.
SYSTEM_CALLS = ['mmap', 'munmap', 'mprotect', 'madvise']

archive, prefix, output, objcopy, *compiler = sys.argv[1:]
renames = {prefix + name: 'zmi_je_' + name for name in FUNCTIONS}
renames.update({name: 'zmi_je_' + name for name in SYSTEM_CALLS})

# Only the members that these functions need: not those for C++, which want its library.
wanted = [f'-Wl,-u,{prefix}{name}' for name in FUNCTIONS]
subprocess.run([*compiler, '-r', '-nostdlib', *wanted, '-o', output, archive], check=True)
subprocess.run(
    [objcopy, *[f'--redefine-sym={old}={new}' for old, new in renames.items()], output], check=True)
# In a second run: objcopy looks at the names of the file it reads.
subprocess.run(
    [objcopy, *[f'--keep-global-symbol=zmi_je_{name}' for name in FUNCTIONS], output], check=True)
