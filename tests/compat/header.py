# SPDX-License-Identifier: BSD-3-Clause
"""<zmalloc-compat.h> with a compiler: in every age, both headers in either order; the macros it defines;
and what it says when the age is wrong: header.py COMPILER LANGUAGE STANDARD INCLUDE..."""
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'doc'))
from rules import differences, report

REDIS = ['20600', '20800', '30000', '40000', '50000', '60000', '60200', '70000', '70400', '80200']
VALKEY = ['80000']
AGES = [f'ZMALLOC_COMPAT={age}' for age in REDIS] + \
    [f'ZMALLOC_COMPAT_VALKEY={age}' for age in VALKEY]

ORDERS = {
    '<zmalloc.h> alone': ['zmalloc.h'],
    '<zmalloc-compat.h> alone': ['zmalloc-compat.h'],
    '<zmalloc.h> first': ['zmalloc.h', 'zmalloc-compat.h'],
    '<zmalloc-compat.h> first': ['zmalloc-compat.h', 'zmalloc.h', 'zmalloc.h'],
}

# Of names that <zmalloc.h> has with other parameters.
MACROS = {
    'zmalloc_get_fragmentation_ratio()': ['20600', '20800'],
    'zmalloc_get_private_dirty(pid)': ['40000', '50000', '60000', '60200', '70000', '70400', '80200',
                                       'valkey'],
    'zmalloc_usable(ptr)': ['50000', '60000'],
}

# What a macro without parameters would break.
MEMBERS = '''
struct stream {
    void (*zfree)(void *);
    int zmalloc, zcalloc, zrealloc, zstrdup, zmalloc_usable, zmalloc_get_private_dirty;
    int zmalloc_get_fragmentation_ratio, zmalloc_get_allocator_info, jemalloc_purge;
};
static void use(struct stream *stream)
{
    stream->zmalloc_usable = stream->zmalloc + stream->zmalloc_get_private_dirty;
    stream->zmalloc_get_fragmentation_ratio = stream->zmalloc_get_allocator_info;
    stream->zfree(zmalloc((size_t)stream->jemalloc_purge));
}
int main(void)
{
    struct stream stream = {zfree, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    use(&stream);
    return (int)sizeof(zmalloc_get_rss());
}
'''


class Compiler:
    def __init__(self, name, language, standard, directories):
        self.command = [name, '-x', language, f'-std={standard}', '-pedantic', '-Wall', '-Wextra',
                        '-Wundef', '-Werror', *(f'-I{directory}' for directory in directories)]

    def run(self, text, *arguments):
        return subprocess.run([*self.command, *arguments, '-'], input=text, capture_output=True,
                              text=True, env=os.environ | {'LC_ALL': 'C'})

    def check(self, headers, *arguments, rest=MEMBERS):
        text = ''.join(f'#include <{header}>\n' for header in headers) + rest
        return self.run(text, '-fsyntax-only', *arguments)

    def macros(self, headers, *arguments):
        text = ''.join(f'#include <{header}>\n' for header in headers)
        done = self.run(text, '-dM', '-E', *arguments)
        return set(re.findall(r'^#define (\w+(?:\(.*?\))?)', done.stdout, re.M))


def in_order(compiler, order):
    problems = []
    for age in AGES:
        done = compiler.check(ORDERS[order], f'-D{age}')
        if done.returncode != 0:
            problems += [f'{age}:', *done.stderr.splitlines()]
    return problems


def defined(compiler, language):
    """The names of macros are ours by their beginning, or adapt a name by their parameters."""
    before = compiler.macros(['errno.h', 'stddef.h', 'stdint.h', 'string.h'])
    problems = []
    for age in AGES:
        version = 'valkey' if 'VALKEY' in age else age.split('=')[1]
        found = compiler.macros(['zmalloc.h'], f'-D{age}') - before
        found = [name for name in found if not name.startswith('ZMALLOC_')]
        expected = ['HAVE_MALLOC_SIZE', *(macro for macro, ages in MACROS.items() if version in ages)]
        if language == 'c':
            expected += ['__str(s)', '__xstr(s)']
        problems += [f'{age}: {problem}' for problem in differences(found, expected)]
    return problems


def refused(compiler, *arguments, headers=('zmalloc.h',), says=(*REDIS, *VALKEY)):
    """Whether it does not compile, and says all this."""
    done = compiler.check(headers, *arguments)
    said = re.findall(r'error: (?:#error )?"(.*)"', done.stderr)
    if done.returncode == 0:
        return [f'{" ".join(arguments)} compiles']
    return [f'{" ".join(arguments)}: does not say {part}: {said}' for part in says
            if not any(re.search(rf'\b{part}\b', line) for line in said)]


def main():
    name, language, standard, *directories = sys.argv[1:]
    compiler = Compiler(name, language, standard, directories)
    rules = [(f'in every age: {order}', in_order(compiler, order)) for order in ORDERS]
    rules.append(('macros are named ZMALLOC_, or adapt a name by their parameters',
                  defined(compiler, language)))
    rules.append(('an age not known is an error that lists those that are', [
        problem for value in ('1', '0', '20601', '60010', '70200', '80000', '80201', '999999', 'redis')
        for problem in refused(compiler, f'-DZMALLOC_COMPAT={value}', '-Wno-undef')]))
    rules.append(("so is one of Valkey's", [
        problem for value in ('1', '70200', '80200')
        for problem in refused(compiler, f'-DZMALLOC_COMPAT_VALKEY={value}')]))
    rules.append(('so is none', refused(compiler, headers=['zmalloc-compat.h']) +
                  refused(compiler, '-DZMALLOC_COMPAT') + refused(compiler, '-DZMALLOC_COMPAT=') +
                  refused(compiler, '-DZMALLOC_COMPAT_VALKEY=')))
    rules.append(('two ages are an error that says so', refused(
        compiler, '-DZMALLOC_COMPAT=60000', '-DZMALLOC_COMPAT_VALKEY=80000', says=['two'])))
    again = '#define ZMALLOC_COMPAT 60000\n#include <zmalloc.h>\n' \
        'size_t usable(void *ptr) { return zmalloc_usable(ptr); }\n'
    if language == 'c':
        again = again.replace('size_t usable', 'size_t usable(void *ptr);\nsize_t usable')
    done = compiler.check(['zmalloc.h'], rest=again)
    rules.append(('an age may be said after <zmalloc.h>, before it again', done.stderr.splitlines()))
    done = compiler.check(['zmalloc.h'], '-DZMALLOC_COMPAT=70400', rest='#define __xstr(s) __str(s)\n'
                          '#define __str(s) #s\n')
    rules.append(("a program may define the copies' macros", done.stderr.splitlines()))
    report(rules)


if __name__ == '__main__':
    main()
