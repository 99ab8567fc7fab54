# SPDX-License-Identifier: BSD-3-Clause
# Two charts per allocator, drawn by gnuplot: what each side costs by workload, and by threads.
import os
import shutil
import subprocess

# Told apart by people who see fewer colours, too.
COLOURS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#999999', '#882255',
           '#f0e442', '#332288', '#88ccee', '#661100']

HEAD = '''set terminal svg size {width},520 font "sans-serif,14" background "#ffffff"
set output "{output}"
set title "{title}" noenhanced
set key outside right top Left reverse samplen 1.5 spacing 1.3 noenhanced
set ylabel "time, as ratio to the bare allocator's (median, quartiles)"
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror
set lmargin 10
'''


def draw(script):
    subprocess.run(['gnuplot'], input=script, text=True, check=True)


def data(name, rows):
    return f'${name} << EOD\n' + '\n'.join(rows) + '\nEOD\n'


def row(label, ratio):
    return f"{label} {ratio['median']:.4f} {ratio['quartiles'][0]:.4f} {ratio['quartiles'][1]:.4f}"


def by_workload(output, allocator, results, names):
    """Bars of the medians and whiskers of the quartiles, one thread."""
    workloads = list(dict.fromkeys(r['workload'] for r in results))
    title = f'{allocator}, one thread: what counting costs (1 = bare, less is better)'
    script = HEAD.format(output=output, width=1100, title=title)
    plots = []
    for i, name in enumerate(names):
        have = {r['workload']: r['ratio'] for r in results if r['side'] == name}
        script += data(f'd{i}', [row(w, have[w]) if w in have else f'{w} NaN NaN NaN'
                                 for w in workloads])
        colour = COLOURS[i % len(COLOURS)]
        plots.append(f'$d{i} using 2:3:4:xtic(1) title "{name}" lc rgb "{colour}"')
    return script + '''set xlabel "workload"
set style data histogram
set style histogram errorbars gap 1.5 lw 1.5
set style fill solid 0.85 border rgb "#333333"
set xtics scale 0 noenhanced
set yrange [0:*]
plot 1 with lines lc rgb "#000000" dt 2 lw 1.5 title "bare", ''' + ', '.join(plots) + '\n'


def by_threads(output, allocator, results, names):
    """Lines of the medians of churn, with the quartiles."""
    threads = sorted({r['threads'] for r in results})
    title = f'{allocator}, churn by threads: what counting costs (1 = bare, less is better)'
    script = HEAD.format(output=output, width=900, title=title)
    highest = max(r['ratio']['quartiles'][1] for r in results)
    if highest > 4:  # a lock, beside which the rest would be one flat line
        script += 'set logscale y 2\nset yrange [0.5:*]\n'
    else:
        script += f'set yrange [0:{max(highest * 1.1, 1.5):.2f}]\n'
    plots = []
    for i, name in enumerate(names):
        rows = sorted((r for r in results if r['side'] == name), key=lambda r: r['threads'])
        if not rows:
            continue
        script += data(f'd{i}', [row(r['threads'], r['ratio']) for r in rows])
        style = f'lc rgb "{COLOURS[i % len(COLOURS)]}" lw 2 pt {i + 4}'
        plots.append(f'$d{i} using 1:2:3:4 with yerrorbars {style} notitle, '
                     f'$d{i} using 1:2 with linespoints {style} title "{name}"')
    ticks = ', '.join(map(str, threads))
    return script + f'''set xlabel "threads"
set logscale x 2
set xtics ({ticks})
set xrange [{threads[0] * 0.85}:{threads[-1] * 1.18}]
plot 1 with lines lc rgb "#000000" dt 2 lw 1.5 title "bare", ''' + ', '.join(plots) + '\n'


def write(directory, results, sides):
    """Draws them, and returns a sentence that tells where they are or why there are none."""
    if shutil.which('gnuplot') is None:
        return 'No charts: gnuplot is not installed.'
    for allocator in dict.fromkeys(side.allocator for side in sides):
        ours = [r for r in results if r['allocator'] == allocator and r['ratio']]
        single = [r for r in ours if r['threads'] == 1]
        churn = [r for r in ours if r['workload'] == 'churn']
        for stem, script, some in [('workloads', by_workload, single),
                                   ('threads', by_threads, churn)]:
            have = {r['side'] for r in some}
            names = [side.name for side in sides if side.name in have]
            if names:
                output = os.path.join(directory, f'{stem}-{allocator}.svg')
                draw(script(output, allocator, some, names))
    return f'Charts: {directory}/*.svg'
