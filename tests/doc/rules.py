# SPDX-License-Identifier: BSD-3-Clause
"""Prints rules, each with what breaks it, as TAP; for the tests of documents alone."""
import sys


def report(rules):
    """Ends the process. Rules are pairs: what must hold, and the list of what does not."""
    failed = False
    print(f'1..{len(rules)}')
    for number, (rule, problems) in enumerate(rules, 1):
        failed |= bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {rule}")
        for problem in problems:
            print(f'# {problem}')
    sys.exit(failed)


def differences(found, expected):
    """What one of two lists has and the other has not, or has more often."""
    return [f'{name} should not be there' for name in found if name not in expected] + \
        [f'{name} is missing' for name in expected if name not in found] + \
        [f'{name} is there twice' for name in sorted(set(found))
         if found.count(name) > max(1, expected.count(name))]
