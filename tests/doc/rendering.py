# SPDX-License-Identifier: BSD-3-Clause
"""That man shows the pages, as mandoc sees them: rendering.py MANDOC PAGE..."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from rules import report

# scdoc ends and begins every paragraph with a macro, and mandoc remarks each that is not needed; it
# would have links of the file system, which an archive or another system may not keep.
MEANT = ('WARNING: skipping paragraph macro: ', 'WARNING: .so is fragile')


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)


def shown(text):
    """Without the backspaces that stand for bold and underlined."""
    return re.sub('.\b', '', text)


mandoc, *pages = sys.argv[1:]
rules = []
with tempfile.TemporaryDirectory() as tree:
    for page in pages:
        directory = os.path.join(tree, 'man' + page[-1])
        os.makedirs(directory, exist_ok=True)
        shutil.copy(page, directory)
    seen = {}
    for page in sorted(pages, key=os.path.basename):
        name, section = os.path.basename(page).split('.')
        path = f'man{section}/{name}.{section}'
        lint = run(mandoc, '-T', 'lint', '-W', 'warning', path, cwd=tree).stdout.splitlines()
        problems = [line for line in lint if not any(meant in line for meant in MEANT)]
        done = run(mandoc, path, cwd=tree)
        seen[name] = shown(done.stdout)
        if done.returncode or not re.search(rf'^NAME\n.*\b{name}\b.* - ', seen[name], re.M | re.S):
            problems.append(f'exit code {done.returncode}, and: {seen[name][:200]!r}')
        problems += [f'wider than 80 columns: {line}' for line in seen[name].splitlines()
                     if len(line) > 80]
        rules.append((f'{name}({section}) is shown, without a warning', problems))
    rules.append(('the page of a function shows zmalloc(3)', [
        name for page in pages for name in [os.path.basename(page).split('.')[0]]
        if page.endswith('.3') and seen[name] != seen['zmalloc']]))
report(rules)
