# SPDX-License-Identifier: BSD-3-Clause
"""A snapshot in each format, read back by parsers that others wrote, against the figures that the
program had: formats.py PROGRAM"""
import json
import os
import re
import subprocess
import sys
import tempfile

from prometheus_client.openmetrics.parser import text_string_to_metric_families

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'doc'))
from rules import differences, report

UNKNOWN, KNOWN, AT_MOST, UNLIMITED = range(4)
SUFFIXES = {'BYTES': '_bytes', 'TOTAL_BYTES': '_bytes', 'COUNT': '', 'NANOSECONDS': '_seconds'}


class Figure:
    def __init__(self, line):
        self.name, self.unit, state, value, error = line.split()
        self.state, self.value, self.error = int(state), int(value), int(error)

    @property
    def is_number(self):
        return self.state in (KNOWN, AT_MOST)

    @property
    def family(self):
        return 'zmalloc_' + self.name.removesuffix('_total') + SUFFIXES[self.unit]


def pairs_once(pairs):
    """json takes the last of two members with one name."""
    assert len(pairs) == len(dict(pairs)), [name for name, _ in pairs]
    return dict(pairs)


def json_rules(text, figures):
    snapshot = json.loads(text, object_pairs_hook=pairs_once)
    extra = ['report', 'library', 'allocator', 'fragmentation_ratio', 'fragmentation', 'at_most',
             'unlimited', 'errors']
    values = {figure.name: figure.value if figure.is_number else None for figure in figures}
    return [
        ('JSON has every figure and no other',
         differences(list(snapshot), extra + list(values))),
        ('JSON has their values, null where there is none',
         [name for name, value in values.items() if snapshot[name] != value]),
        ('JSON names those without a limit', differences(
            snapshot['unlimited'], [f.name for f in figures if f.state == UNLIMITED])),
        ('JSON names those that are upper bounds', differences(
            snapshot['at_most'], [f.name for f in figures if f.state == AT_MOST])),
        ('JSON says why a figure is unknown',
         [f.name for f in figures if snapshot['errors'].get(f.name, 0) != f.error]),
        ('JSON has what is derived',
         [] if snapshot['fragmentation'] == snapshot['rss'] - snapshot['used'] and
         abs(snapshot['fragmentation_ratio'] - snapshot['rss'] / snapshot['used']) < 0.001
         else [f"{snapshot['fragmentation']}, {snapshot['fragmentation_ratio']}"]),
    ]


def openmetrics_rules(text, figures):
    families = {family.name: family for family in text_string_to_metric_families(text)}
    expected = [f.family for f in figures if f.state != UNKNOWN]
    extra = ['zmalloc_library', 'zmalloc_allocator', 'zmalloc_fragmentation_bytes',
             'zmalloc_fragmentation_ratio']
    wrong = []
    for figure in figures:
        family = families.get(figure.family)
        if family is None:
            continue
        value = float('inf') if figure.state == UNLIMITED else figure.value
        if figure.unit == 'NANOSECONDS':
            value /= 1e9
        labels = {'bound': 'upper'} if figure.state == AT_MOST else {}
        kind = 'counter' if figure.unit == 'TOTAL_BYTES' else 'gauge'
        unit = SUFFIXES[figure.unit].removeprefix('_')
        sample = family.samples[0]
        if (len(family.samples), sample.value, sample.labels, family.type, family.unit) != \
                (1, value, labels, kind, unit):
            wrong.append(f'{figure.name}: {family}')
    return [
        ('OpenMetrics has every figure that is known and no other',
         differences(list(families), extra + expected)),
        ('OpenMetrics has their values, units and bounds', wrong),
        ('OpenMetrics ends with # EOF', [] if text.endswith('\n# EOF\n') else [text[-20:]]),
    ]


def text_rules(text, figures):
    lines = text.splitlines()
    names = [line.split()[0] for line in lines]
    ends = {re.match(r'\S+ +(?:<= )?(?:-?[\d.]+(?: [KMGTPE]?i?B| s)?|no limit|unknown(?: \(\d+\))?|'
                     r'\S+)(?=  )', line).end() for line in lines}
    words = {KNOWN: r' [\d.]+( |$)', AT_MOST: ' <= ', UNLIMITED: ' no limit ', UNKNOWN: ' unknown '}
    return [
        ('text has every figure and no other', differences(
            names, ['library', 'allocator', 'fragmentation_ratio', 'fragmentation'] +
            [figure.name for figure in figures])),
        ('text has its figures in one column', [] if len(ends) == 1 else [str(ends)]),
        ('text tells what is known from what is not',
         [figure.name for figure in figures
          if not re.search(words[figure.state], lines[names.index(figure.name)])]),
    ]


def main():
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.argv[1], directory], check=True)
        texts = {}
        for name in os.listdir(directory):
            with open(os.path.join(directory, name), encoding='ascii') as file:
                texts[name] = file.read()
    figures = [Figure(line) for line in texts['figures'].splitlines()]
    report(json_rules(texts['json'], figures) + openmetrics_rules(texts['openmetrics'], figures) +
           text_rules(texts['text'], figures))


main()
