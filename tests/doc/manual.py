# SPDX-License-Identifier: BSD-3-Clause
"""zmalloc(3) against the header, both ways, and the pages that lead to it:
manual.py --headers HEADER... --sources PAGE.scd... --pages PAGE..."""
import argparse
import os
import re
import sys

from rules import differences, report

sys.path.append(os.path.join(os.path.dirname(__file__), '..', '..', 'doc'))
import declarations


def sections(source):
    """{heading: text} of a page in scdoc without its comments; a section has its sub-sections."""
    source = re.sub(r'^;.*\n', '', source, flags=re.M)
    parts = re.split(r'^# (.*)\n', source, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def plain(text):
    """Without the marks of scdoc."""
    return re.sub(r'\\(.)', r'\1', re.sub(r'(?<!\w)_|(?<!\\)_(?!\w)|(?<!\\)\*', '', text))


def entries(text):
    """[(name, [parameter], text)]: lines that begin with a function, before text that is set in."""
    found = []
    for heads, body in re.findall(r'((?:^\*\w+\*\(.*\)(?:\+\+)?\n)+)((?:\t.*\n)+)', text, re.M):
        for name, parameters in re.findall(r'^\*(\w+)\*\((.*)\)', heads, re.M):
            found.append((name, plain(parameters).split(', ') if parameters else [], body))
    return found


def parameters(prototype):
    """Their names."""
    inner = prototype.split('(', 1)[1]
    pointers = re.findall(r'\(\*(\w+)\)', inner)  # to functions
    if pointers:
        return pointers
    names = [re.search(r'(\w+)\)?$', part)[1] for part in inner.split(',')]
    return [] if names == ['void'] else names


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--headers', nargs='+', required=True)
    parser.add_argument('--sources', nargs='+', required=True)
    parser.add_argument('--pages', nargs='+', required=True)
    arguments = parser.parse_args()

    functions = declarations.read(arguments.headers)
    names = [function.name for function in functions]
    macros = declarations.read(arguments.headers, declarations.macros)
    pages = {os.path.basename(path): path for path in arguments.pages}
    sources = {}
    for path in arguments.sources:
        with open(path) as file:
            sources[os.path.basename(path).removesuffix('.scd')] = file.read()
    manual = sources['zmalloc.3']
    parts = sections(manual)
    described = entries(parts['DESCRIPTION'])
    rules = []

    rules.append(('the header says of each function since when it is there',
                  [function.name for function in functions if not function.since] or
                  ([] if functions else ['no function found'])))

    named = parts['NAME'].split(' - ')[0].replace(',', ' ').split()
    rules.append(('NAME has every function and no other', differences(named, names)))

    blocks = re.findall(r'^```\n(.*?)^```', parts['SYNOPSIS'], re.M | re.S)
    shown = [' '.join(line.split()).replace('( ', '(') for block in blocks
             for line in block.rstrip().rstrip(';').split(';')]
    rules.append(('SYNOPSIS has every function as the header declares it',
                  differences(shown, [function.prototype for function in functions])))

    rules.append(('DESCRIPTION has an entry for every function and for no other',
                  differences([name for name, _, _ in described], names)))

    expected = {function.name: parameters(function.prototype) for function in functions}
    rules.append(('an entry has the parameters of its function', [
        f'{name}({", ".join(found)}), in the header ({", ".join(expected[name])})'
        for name, found, _ in described if name in expected and found != expected[name]]))

    since = {function.name: function.since for function in functions}
    said = {name: re.findall(r'Since\s+(\d+\.\d+)\.', text) for name, _, text in described}
    rules.append(('an entry says the version that the header says', [
        f'{name}: {said[name]}, in the header {since[name]}'
        for name in said if name in since and said[name] != [since[name]]]))

    rules.append(('every macro of the header is named', [
        name for name in macros if f'*{name}*' not in manual]))

    listed = parts['DESCRIPTION'].split('\n## Figures\n')[-1].split('\n## ')[0]
    rules.append(('every figure of the lists is described, in their order, and no other',
                  differences(re.findall(r'^\*(\w+)\*\n\t', listed, re.M),
                              declarations.read(arguments.headers, declarations.figures))))

    known = {*names, *(page.split('.')[0] for page in sources)}
    rules.append(('no page names a function that there is not', [
        f'{page}: {name}' for page, text in sources.items()
        for name in re.findall(r'\*(z\w+)\*\(', text) if name not in known]))

    rules.append(('a page says since when it holds', [
        page for page, text in sources.items() if not re.search(r'[Ss]ince\s+\d+\.\d+\.', text)]))

    rules.append(('there is a page for every function, and each page has a source or a function',
                  differences(list(pages), [f'{name}.3' for name in names if name != 'zmalloc'] +
                              list(sources))))

    wrong = []
    for name in names:
        path = pages.get(f'{name}.3')
        if path and name != 'zmalloc':
            with open(path) as file:
                first = file.readline().rstrip()
            if first != '.so man3/zmalloc.3':
                wrong.append(f'{name}.3 begins with "{first}"')
    rules.append(('the page of a function leads to zmalloc(3)', wrong))
    report(rules)


if __name__ == '__main__':
    main()
