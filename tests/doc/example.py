# SPDX-License-Identifier: BSD-3-Clause
"""Runs an example, and looks at what came of it:
example.py EXIT-CODES PATTERN PROGRAM [ARGUMENT...]"""
import os
import re
import shlex
import subprocess
import sys

expected, pattern, *command = sys.argv[1:]
wrapper = shlex.split(os.environ.get('MESON_EXE_WRAPPER', ''))  # of a cross build
done = subprocess.run(wrapper + command, capture_output=True, text=True)
printed = done.stdout + done.stderr
print(printed, end='')
if not re.fullmatch(expected, str(done.returncode)) or not re.search(pattern, printed, re.M):
    print(f'exit code {done.returncode}; expected {expected}, and {pattern}')
    sys.exit(1)
