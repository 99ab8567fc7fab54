# SPDX-License-Identifier: BSD-3-Clause
"""What binutils say of a built file."""
import subprocess


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def names(*arguments):
    """The symbols that nm lists, without addresses, types and lines that name a member."""
    lines = (line.split() for line in output('nm', *arguments).splitlines())
    return {words[-1] for words in lines if len(words) > 1}


def dynamic_section(library):
    return output('readelf', '-dW', library)


def has_section(library, section):
    return any(section in line.split() for line in output('readelf', '-SW', library).splitlines())
