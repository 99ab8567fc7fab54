# SPDX-License-Identifier: BSD-3-Clause
"""That the comparison with a baseline is not blind: a small library with changes that break programs
compiled before, and with some that do not. The arguments are the compiler."""
import os
import subprocess
import sys
import tempfile

from baseline import compare, dump

FILES = {
    'include/public.h': '''
#include <stddef.h>
struct figures { size_t size; size_t used; int mode; };
enum kind { KIND_NONE, KIND_SOME };
typedef void callback(size_t);
struct handle;
int fill(struct figures *figures);
struct handle *handle_new(enum kind kind);
void set_callback(callback *callback);
''',
    'private.h': 'struct handle { long count; };\n',
    'library.c': '''
#include "public.h"
#include "private.h"
int fill(struct figures *figures) { return figures == NULL; }
struct handle *handle_new(enum kind kind) { static struct handle h; h.count = kind; return &h; }
void set_callback(callback *callback) { callback(1); }
''',
    'library.map': 'NODE_1 { global: fill; handle_new; set_callback; local: *; };\n',
}

# What changes, by which replacements in all the files, and whether it breaks who was compiled before.
CASES = [
    ('nothing', {}, False),
    ('the type of a field', {'int mode': 'long long mode'}, True),
    ('the size of a struct', {'int mode;': 'int mode; size_t more[4];'}, True),
    ('the order of fields', {'size_t used; int mode': 'int mode; size_t used'}, True),
    ('the type of a result', {'int fill(': 'long fill('}, True),
    ('the number of parameters', {'struct figures *figures)': 'struct figures *figures, int flags)'}, True),
    ('the parameter of a callback', {'callback(size_t)': 'callback(unsigned short)'}, True),
    ('the value of a constant', {'KIND_NONE,': 'KIND_NONE = 4,'}, True),
    ('a function that goes', {'global: fill;': 'global:'}, True),
    ('the node of a function',
     {'global: fill;': 'global:', 'local: *; };': 'local: *; };\nNODE_2 { global: fill; } NODE_1;'}, True),
    ('the soname', {}, True),
    ('the name of a parameter', {'enum kind kind)': 'enum kind which)', 'h.count = kind': 'h.count = which'},
     False),
    ('a struct of no public header', {'long count': 'int count'}, False),
    ('a function that comes', {'#include "private.h"': '#include "private.h"\nvoid added(void) {}',
     'local: *; };': 'local: *; };\nNODE_2 { global: added; } NODE_1;'}, False),
]


def build(compiler, directory, replacements, soname):
    os.makedirs(os.path.join(directory, 'include'))
    missing = set(replacements)
    for name, text in FILES.items():
        for old, new in replacements.items():
            if old in text:
                text = text.replace(old, new)
                missing.discard(old)
        with open(os.path.join(directory, name), 'w') as file:
            file.write(text)
    assert not missing, missing
    subprocess.run([*compiler, '-g', '-shared', '-fPIC', '-Iinclude', '-Wl,-soname,' + soname,
                    '-Wl,--version-script=library.map', 'library.c', '-o', 'library.so'],
                   cwd=directory, check=True)
    return dump(os.path.join(directory, 'library.so'), [os.path.join(directory, 'include')])


def main():
    compiler = sys.argv[1:]
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        before = build(compiler, os.path.join(scratch, 'before'), {}, 'library.so.1')
        print(f'1..{len(CASES)}')
        for number, (what, replacements, breaks) in enumerate(CASES, 1):
            after = build(compiler, os.path.join(scratch, str(number)), replacements,
                          'library.so.2' if what == 'the soname' else 'library.so.1')
            changed = compare(before, after)
            passed = (changed is not None) == breaks
            failed = failed or not passed
            print(f'{"ok" if passed else "not ok"} {number} - {what} '
                  f'{"is a change" if breaks else "is no change"}')
            if not passed:
                print('# ' + (changed or 'no change seen').replace('\n', '\n# '))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
