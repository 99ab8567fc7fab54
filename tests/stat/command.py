# SPDX-License-Identifier: BSD-3-Clause
"""zmalloc-stat, as its man page describes it: command.py ZMALLOC-STAT HOLDER"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'doc'))
from rules import report

command, holder = sys.argv[1:]
MIB = 1 << 20
COLUMNS = ['seconds', 'RSS', 'peak', 'anonymous', 'file', 'shared', 'swap']
PAGES = ['PSS', 'private-dirty']
rules = []


def run(*arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if name != 'ZMALLOC_SNAPSHOT'}
    return subprocess.run([command, *arguments], env={**kept, **environment}, capture_output=True,
                          text=True, timeout=60)


def rule(name, *problems):
    """A problem that is false is none."""
    rules.append((name, [str(problem) for problem in problems if problem]))


def unless(holds, shown):
    return '' if holds else repr(shown)


def table(text):
    """Header and lines of what is printed, up to the empty line."""
    lines = [line.split() for line in text.split('\n\n')[0].splitlines()]
    return lines[0], lines[1:]


def ends_with(name, expected, *arguments, **environment):
    done = run(*arguments, **environment)
    rule(name, unless(done.returncode == expected, (done.returncode, done.stderr)))
    return done


# ---- A program ----------------------------------------------------------------------------------

# A machine may be busy: a program holds what it has for many intervals, of which some are enough.
done = run('-b', '-i', '0.05', '--', holder, '64', '1', '7')
header, lines = table(done.stderr)
most = max(int(line[1]) for line in lines if line[1] != '-')
rule('the exit status is that of the program', unless(done.returncode == 7, done.returncode))
rule('what the program prints is left alone', unless(done.stdout == 'holding\n', done.stdout))
rule('the columns are those of the man page', unless(header == COLUMNS, header))
rule('each line has them all', *[unless(len(line) == len(header), line) for line in lines])
times = [float(line[0]) for line in lines[:-1]]
rule('a line comes no sooner than the interval says', *[
    unless(time >= number * 0.05 - 0.01, times) for number, time in enumerate(times)])
rule('there are several', unless(len(lines) >= 4, lines))
shadows = 5 if 'ZMALLOC_TEST_SHADOWED' in os.environ else 1  # bytes of a sanitizer's beside each
rule('the resident set is seen', unless(64 * MIB <= most <= 80 * MIB * shadows, most))
rule('so is that it is anonymous',
     unless(max(int(line[3]) for line in lines if line[3] != '-') >= 64 * MIB, lines))
rule('the last line has the peak alone',
     unless(re.fullmatch(r'[\d.]+ - \d+ - - - -', ' '.join(lines[-1])), lines[-1]))
rule('the peak is the highest of all', unless(
    re.search(rf'^peak \d+, {len(lines)} samples in [1-9]\d*\.\d\d s, exit status 7$', done.stderr,
              re.M), done.stderr))
rule('a program that is linked with the library leaves a snapshot', unless(
    re.search(r'^Snapshot at exit:\n(.*\n)*used +64\.0 MiB ', done.stderr, re.M), done.stderr))

done = run('-i', '0.1', 'sleep', '0.3')
rule('any other program is watched, too', unless(
    done.returncode == 0 and 'Snapshot' not in done.stderr, done.stderr))
rule('sizes have units', *[unless(re.fullmatch(r'-|[\d.]+([KMG]i)?B', word), word)
                           for line in table(done.stderr)[1] for word in line[1:]])

done = run('-P', '-i', '0.05', '--', holder, '8', '1', '0')
header, lines = table(done.stderr)
rule('--pages has two columns more', unless(header == COLUMNS + PAGES, header))
rule('which are read', unless(lines[-2][7].endswith('MiB') and lines[-2][8].endswith('MiB'), lines))

with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, 'out')
    done = run('-o', path, '--', holder, '1', '0.1', '0', TMPDIR=directory)
    with open(path) as file:
        text = file.read()
    rule('--output takes all that is printed', unless(
        done.stderr == '' and table(text)[0] == COLUMNS, (done.stderr, text)))
    rule('nothing is left in TMPDIR', unless(os.listdir(directory) == ['out'],
                                             os.listdir(directory)))
    path = os.path.join(directory, 'mine.json')
    done = run('--', holder, '1', '0.1', '0', ZMALLOC_SNAPSHOT=path)
    rule('a snapshot that somebody else asked for goes where it was to go', unless(
        os.path.exists(path) and 'Snapshot' not in done.stderr, done.stderr))

# ---- Ends ---------------------------------------------------------------------------------------

done = ends_with('a signal that kills it makes 128 and its number', 128 + signal.SIGKILL,
                 'sh', '-c', 'kill -9 $$')
rule('which is said', unless('killed by signal 9' in done.stderr, done.stderr))
ends_with('a program that is not found makes 127', 127, '/not/there')
ends_with('one that cannot be run makes 126', 126, '/etc/passwd')
for arguments in [], ['--no-such-option'], ['-i', '0', 'true'], ['-i', 'x', 'true'], \
        ['-p', '0'], ['-p', '1x'], ['-p', '1', 'true'], ['-p', '4194305'], \
        ['-o', '/not/there', 'touch', 'started'], ['--plot', 'a.pdf', 'touch', 'started'], \
        ['--plot', '/not/there.svg', 'touch', 'started']:
    done = ends_with(f'125: {" ".join(arguments)}', 125, *arguments)
    rule('with a reason', unless(done.stderr, arguments))
rule('and no program was started', unless(not os.path.exists('started'), 'started'))
done = run('--version')
rule('--version says the version', unless(
    re.fullmatch(r'zmalloc-stat \d+\.\d+\.\d+\n', done.stdout), done.stdout))
done = run('--help')
rule('--help says every option that the man page has', unless(
    all(option in done.stdout for option in ('--interval', '--pid', '--pages', '--bytes',
                                             '--output', '--plot')), done.stdout))


def interrupted(arguments, expected):
    """Signals reach the program by way of the command."""
    with subprocess.Popen([command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as started:
        started.stdout.readline()
        started.send_signal(signal.SIGTERM)
        error = started.communicate(timeout=60)[1]
    return unless(started.returncode == expected, (started.returncode, error))


rule('a signal is passed on, and the end of the program is the end',
     interrupted(['--', holder, '1', '60', 'wait'], 42))

# ---- A process ----------------------------------------------------------------------------------

with subprocess.Popen([holder, '16', '60', 'wait'], stdout=subprocess.PIPE, text=True) as process:
    process.stdout.readline()
    with subprocess.Popen([command, '-b', '-i', '0.05', str(process.pid)],
                          stderr=subprocess.PIPE, text=True) as watching:
        header, line = (watching.stderr.readline().split() for _ in range(2))
        process.terminate()
        error = watching.communicate(timeout=60)[1]
rule('a process is watched to its end', unless(
    watching.returncode == 0 and error.rstrip().endswith('ended'), (watching.returncode, error)))
rule('its figures are seen', unless(int(line[1]) >= 16 * MIB, line))

with subprocess.Popen([holder, '1', '60', 'wait'], stdout=subprocess.PIPE, text=True) as process:
    process.stdout.readline()
    with subprocess.Popen([command, '-i', '0.05', '--pid', str(process.pid)],
                          stderr=subprocess.PIPE, text=True) as watching:
        for _ in range(3):
            watching.stderr.readline()
        watching.send_signal(signal.SIGINT)
        error = watching.communicate(timeout=60)[1]
    rule('a signal ends the watching, and the process goes on', unless(
        watching.returncode == 128 + signal.SIGINT and 'still running' in error and
        process.poll() is None, (watching.returncode, error)))
    process.terminate()

# ---- The chart ----------------------------------------------------------------------------------

with tempfile.TemporaryDirectory() as directory:
    if shutil.which('gnuplot'):  # else tests/stat/meson.build says that it is missing
        path = os.path.join(directory, 'chart.svg')
        done = run('-i', '0.05', '--plot', path, '--', holder, '32', '1', '0')
        tree = xml.etree.ElementTree.parse(path)
        text = ' '.join(''.join(element.itertext()).strip() for element in tree.iter()
                        if element.tag.endswith('text'))
        paths = [element.get('d', '') for element in tree.iter() if element.tag.endswith('path')]
        rule('the chart is drawn', unless(done.returncode == 0, done.stderr))
        rule('it says what it shows', *[unless(word in text, text) for word in (
            'Memory of', 'time since start (s)', 'memory (MiB)', 'RSS', 'peak', 'anonymous',
            'swap')])
        rule('a curve has points', unless(
            max(path.count('L') + path.count(' ') for path in paths) >= 4, paths))
        path = os.path.join(directory, 'chart.png')
        run('-i', '0.05', '--plot', path, 'sleep', '0.2')
        with open(path, 'rb') as file:
            rule('or as a PNG', unless(file.read(8) == b'\x89PNG\r\n\x1a\n', path))
    done = run('--plot', os.path.join(directory, 'none.svg'), shutil.which('touch'),
               os.path.join(directory, 'started'), PATH='/not/there')
    rule('without gnuplot, it says so and starts nothing', unless(
        done.returncode == 125 and 'gnuplot' in done.stderr and
        not os.path.exists(os.path.join(directory, 'started')), done.stderr))

report(rules)
