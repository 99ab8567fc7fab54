# SPDX-License-Identifier: BSD-3-Clause
"""Runs meson setup with choices that must fail, and looks for what the message must name.

Allocators that are absent or old are played by headers in front of the real ones."""
import os
import subprocess
import sys
import tempfile

SOURCE = sys.argv[1]

ABSENT = '#error not installed\n'
OLD_JEMALLOC = '#define JEMALLOC_VERSION_MAJOR 3\n#define JEMALLOC_VERSION_MINOR 6\n'
OLD_TCMALLOC = '#define TC_VERSION_MAJOR 1\n#define TC_VERSION_MINOR 5\n'

# Rule, options, headers that stand in front, whether setup succeeds, what it must say.
CASES = [
    ('an unknown allocator is refused with the list of known ones',
     ['-Dallocator=nedmalloc'], {}, False,
     ['nedmalloc', 'libc', 'jemalloc', 'tcmalloc', 'mimalloc']),
    ('an unknown accounting mode is refused with the list of known ones',
     ['-Daccounting=none'], {}, False, ['none', 'sharded', 'atomic', 'mutex']),
    ('an unknown way to the usable size is refused',
     ['-Dusable_size=guess'], {}, False, ['guess', 'auto', 'prefix']),
    ('a missing jemalloc is named with package and version',
     ['-Dallocator=jemalloc'], {'jemalloc/jemalloc.h': ABSENT}, False,
     ['allocator=jemalloc', 'not found', '>= 4.0', 'libjemalloc-dev']),
    ('a missing jemalloc that is to be private is named with archive, package and subproject',
     ['-Dallocator=jemalloc', '-Djemalloc=private', '--wrap-mode=nofallback'],
     {'jemalloc/jemalloc.h': ABSENT}, False,
     ['allocator=jemalloc', 'libjemalloc_pic.a', 'libjemalloc-dev', 'subproject']),
    ('a missing shared jemalloc is not to be had from the subproject',
     ['-Dallocator=jemalloc', '-Dmatrix=false', '--force-fallback-for=jemalloc'],
     {'jemalloc/jemalloc.h': ABSENT}, False,
     ['allocator=jemalloc', 'not found', 'the subproject serves jemalloc=private alone']),
    ('a missing tcmalloc is named with package and version',
     ['-Dallocator=tcmalloc'], {'gperftools/tcmalloc.h': ABSENT}, False,
     ['allocator=tcmalloc', 'not found', '>= 1.6', 'libgoogle-perftools-dev']),
    ('a missing mimalloc is named with its package',
     ['-Dallocator=mimalloc', '--wrap-mode=nofallback'], {'mimalloc.h': ABSENT}, False,
     ['allocator=mimalloc', 'not found', 'libmimalloc-dev', 'subproject']),
    ('an old jemalloc is refused with the version found and the one needed',
     ['-Dallocator=jemalloc'], {'jemalloc/jemalloc.h': OLD_JEMALLOC}, False,
     ['3.6 is too old', '>= 4.0', 'libjemalloc-dev']),
    ('an old tcmalloc is refused with the version found and the one needed',
     ['-Dallocator=tcmalloc'], {'gperftools/tcmalloc.h': OLD_TCMALLOC}, False,
     ['1.5 is too old', '>= 1.6', 'libgoogle-perftools-dev']),
    ('a prefix in front of an allocator that knows its sizes is refused',
     ['-Dallocator=jemalloc', '-Dusable_size=prefix'], {}, False,
     ['usable_size=prefix', 'allocator=libc']),
    ('a matrix that lacks an allocator says so',
     ['-Dmatrix=true'], {'mimalloc.h': ABSENT}, True, ['THE TEST MATRIX LACKS mimalloc']),
    ('the default needs no allocator at all',
     ['-Dmatrix=false'],
     {'jemalloc/jemalloc.h': ABSENT, 'gperftools/tcmalloc.h': ABSENT, 'mimalloc.h': ABSENT}, True,
     ['allocator : libc']),
    ('the prefix is a choice for the C library',
     ['-Dmatrix=false', '-Dusable_size=prefix'], {}, True, ['usable size: prefix']),
]


def run(options, headers):
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in headers.items():
            path = os.path.join(scratch, 'include', name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w') as file:
                file.write(text)
        environment = dict(os.environ, CFLAGS=f'-I{scratch}/include')
        return subprocess.run(
            ['meson', 'setup', f'{scratch}/build', SOURCE, '-Dtests=disabled', '-Dexamples=false']
            + options,
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


print(f'1..{len(CASES)}', flush=True)
failed = False
for number, (rule, options, headers, succeeds, said) in enumerate(CASES, 1):
    done = run(options, headers)
    output = ' '.join(done.stdout.split())
    unsaid = [text for text in said if text not in output]
    good = (done.returncode == 0) == succeeds and not unsaid
    failed |= not good
    print(f"{'ok' if good else 'not ok'} {number} - {rule}", flush=True)
    if not good:
        print(f'# exit code {done.returncode}, not said: {unsaid}')
        print('\n'.join('# ' + line for line in done.stdout.splitlines()[-15:]), flush=True)
sys.exit(failed)
