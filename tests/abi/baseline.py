# SPDX-License-Identifier: BSD-3-Clause
"""Compares the functions and types of a library with a recorded baseline, or records one (--record).

Works from debug information, so it says nothing of a library without. Types count as far as the
public headers define them. The name of a cell's library is its own: --any-soname."""
import argparse
import os
import subprocess
import sys
import tempfile

from binaries import has_section, output

SKIPPED = 77


def dump(library, headers):
    """What abidw sees, with nothing of the machine it was built on. The restriction to the headers
    is made here: abidiff's own lets a grown struct pass in a dump without locations."""
    directories = [word for path in headers for word in ('--headers-dir', path)]
    return output('abidw', '--no-corpus-path', '--no-comp-dir-path', '--no-show-locs',
                  '--no-parameter-names', '--no-elf-needed', '--exported-interfaces-only',
                  '--drop-private-types', *directories, library)


def compare(baseline, text, any_soname=False):
    """None, or what changed. Functions that came since are no change of those that were there."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = []
        for name, content in (('baseline.xml', baseline), ('library.xml', text)):
            paths.append(os.path.join(scratch, name))
            with open(paths[-1], 'w') as file:
                file.write(content)
        options = ['--ignore-soname'] if any_soname else []
        run = subprocess.run(['abidiff', '--no-added-syms', *options, *paths],
                             capture_output=True, text=True)
    return None if run.returncode == 0 else (run.stdout + run.stderr).replace(scratch + '/', '')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--headers', action='append', required=True, help='directory; may be repeated')
    parser.add_argument('--any-soname', action='store_true')
    parser.add_argument('--record', action='store_true')
    parser.add_argument('baseline')
    parser.add_argument('library')
    arguments = parser.parse_args()

    if not has_section(arguments.library, '.debug_info'):
        print('no .debug_info in', arguments.library)
        sys.exit(1 if arguments.record else SKIPPED)
    text = dump(arguments.library, arguments.headers)
    if arguments.record:
        with open(arguments.baseline, 'w') as file:
            file.write(text)
        return
    with open(arguments.baseline) as file:
        changed = compare(file.read(), text, arguments.any_soname)
    print(changed or 'as it was')
    sys.exit(1 if changed else 0)


if __name__ == '__main__':
    main()
