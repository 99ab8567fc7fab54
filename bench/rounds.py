# SPDX-License-Identifier: BSD-3-Clause
# Measures by rounds: in each, the bare allocator and every other side run once, one after another.
import statistics
import sys
from time import monotonic

from sides import Failed

READ_SHARE = 3  # a run of reads, which are all alike, lasts this part of another run


class Job:
    """One workload with so many threads on one allocator; bare is None where there is none."""

    def __init__(self, workload, threads, bare, sides):
        self.workload = workload
        self.threads = threads
        self.bare = bare
        self.sides = sides

    def runs(self, rounds):
        return rounds * len(self.sides) + (rounds + 1 if self.bare else 0)

    def seconds(self, rounds, target):
        """What it will take, roughly: calibration, warming up, a lock with many threads."""
        if self.bare is None:
            return len(self.sides) * (rounds + 2) * (target / READ_SHARE * 1.2 + 0.02)
        slow = sum(not side.sharded and self.threads > 1 for side in self.sides)
        return (self.runs(rounds) + 2 + slow * rounds / 2) * (target * 1.25 + 0.02)


class Progress:
    """One line that is rewritten, on a terminal only."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.start = monotonic()
        self.shown = sys.stderr.isatty()

    def step(self, text):
        self.done += 1
        if self.shown:
            left = (monotonic() - self.start) * (self.total - self.done) / self.done
            sys.stderr.write(f'\r{self.done}/{self.total}, {left / 60:.0f} min left: {text}\033[K')
            sys.stderr.flush()

    def end(self):
        if self.shown:
            sys.stderr.write('\r\033[K')


class Counts:
    """Operations per thread that make a run last as long as it should."""

    def __init__(self, target):
        self.target = target * 1e9
        self.known = {}

    def calibrate(self, side, workload, threads):
        """Starts from what the same workload took with other numbers of threads."""
        target = self.target / (READ_SHARE if workload == 'read' else 1)
        known = self.known.get((side.name, workload), 100)
        count = max(1, known // threads)
        while True:
            measured = side.time(workload, threads, count)
            if measured is None:
                return None
            elapsed = max(measured.elapsed, 1)
            if elapsed >= target:
                break
            count = int(count * min(max(1.2 * target / elapsed, 1.2), 100)) + 1
        count = max(1, int(count * min(1, 1.3 * target / elapsed)))
        self.known[side.name, workload] = count * threads
        return count

    def fitted(self, count, elapsed):
        """A side that is much slower than the bare one need not take as much longer."""
        return count if elapsed < 2.5 * self.target else max(1, int(count * self.target / elapsed))


def attempt(side, job, count, failures):
    """A Time, or None where the side failed or has no such workload."""
    try:
        return side.time(job.workload, job.threads, count)
    except Failed as failure:
        failures.append(str(failure))
        return None


def measure_reads(job, rounds, clock, counts, progress):
    results = []
    for side in job.sides:
        count = counts.calibrate(side, 'read', job.threads)
        times = []
        for _ in range(rounds if count else 0):
            times.append(side.time('read', job.threads, count))
            progress.step(f'read, {job.threads} threads, {side.name}')
        results.append(result(job, side, clock, times))
    return results


def measure(job, rounds, clock, counts, progress, failures):
    """One result per side, the bare one first; clock is what ratios are of, wall or cpu. A ratio is
    that of a run to the mean of the bare runs before and after it, so that what slows the machine
    for a while slows both. A side that fails has a result without times."""
    if job.bare is None:
        return measure_reads(job, rounds, clock, counts, progress)

    text = f'{job.workload}, {job.threads} threads'
    count = counts.calibrate(job.bare, job.workload, job.threads)
    count_of = {side: count for side in job.sides}
    times = {side: [] for side in job.sides}
    bare_times = []
    for number in range(rounds + 1):
        bare_times.append(job.bare.time(job.workload, job.threads, count))
        progress.step(f'{text}, {job.bare.name}')
        if number == rounds:
            break
        first = number % len(job.sides)  # none always comes right after the bare one
        for side in job.sides[first:] + job.sides[:first]:
            given_up = len(times[side]) < number
            time = None if given_up else attempt(side, job, count_of[side], failures)
            if time is not None:
                times[side].append(time)
                count_of[side] = counts.fitted(count_of[side], time.elapsed)
            progress.step(f'{text}, {side.name}')

    return [result(job, job.bare, clock, bare_times)] + [
        result(job, side, clock, times[side] if len(times[side]) == rounds else [], bare_times)
        for side in job.sides]


def summary(values):
    """Median and quartiles."""
    if len(values) < 2:
        return {'median': values[0], 'quartiles': [values[0], values[0]]}
    low, median, high = statistics.quantiles(values, n=4, method='inclusive')
    return {'median': median, 'quartiles': [low, high]}


def result(job, side, clock, times, bare_times=()):
    own = [getattr(time, clock) for time in times]
    bare = [getattr(time, clock) for time in bare_times]
    ratios = [2 * ns / (before + after) for ns, before, after in zip(own, bare, bare[1:])]
    return {
        'workload': job.workload,
        'threads': job.threads,
        'allocator': side.allocator,
        'side': side.name,
        'kind': side.kind,
        'ns': summary(own) if own else None,
        'ratio': summary(ratios) if ratios else None,
        'rounds_wall_ns': [time.wall for time in times],
        'rounds_cpu_ns': [time.cpu for time in times],
        'rounds_ratio': ratios,
    }
