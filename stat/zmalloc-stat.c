/* SPDX-License-Identifier: BSD-3-Clause
 * zmalloc-stat(1): runs a program, or watches a process, and prints what memory it has. */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <zmalloc/process.h>

#ifndef SYS_pidfd_open /* headers older than Linux 5.3; the number is that of every architecture */
#    define SYS_pidfd_open 434
#endif

/* As of env(1) and timeout(1): trouble of our own, a program that cannot be run, one not found. */
enum { TROUBLE = 125, CANNOT_RUN = 126, NOT_FOUND = 127 };

#define COLUMNS(X)                                                                                 \
    X("RSS", rss)                                                                                  \
    X("peak", peak_rss)                                                                            \
    X("anonymous", rss_anonymous)                                                                  \
    X("file", rss_file)                                                                            \
    X("shared", rss_shared)                                                                        \
    X("swap", swap)                                                                                \
    X("PSS", pss)                                                                                  \
    X("private-dirty", private_dirty)

#define ENUMERATOR(title, member) COLUMN_##member,
enum { COLUMNS(ENUMERATOR) COLUMN_COUNT };

#define TITLE(title, member) title,
static const char *const titles[COLUMN_COUNT] = {COLUMNS(TITLE)};

struct sample {
    double time;
    struct zmalloc_figure figures[COLUMN_COUNT];
};

static struct {
    double interval;
    bool pages, bytes;
    const char *output_path, *plot_path;
    FILE *output;
    int plot;
} options = {.interval = 1, .plot = -1};

static struct sample *samples; /* all of them with --plot, else none */
static size_t sample_count, sample_room;
static uint64_t peak;
static struct timespec start;

static const char *directory; /* for snapshots; NULL: none */

/* ---- Time and units ---------------------------------------------------------------------------- */

static double elapsed(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9;
}

/* Without a blank: a line has as many words as its header. */
static const char *amount(uint64_t bytes, char text[32])
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (options.bytes) {
        snprintf(text, 32, "%llu", (unsigned long long)bytes);
        return text;
    }
    if (bytes < 1024) {
        snprintf(text, 32, "%lluB", (unsigned long long)bytes);
        return text;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    for (; value >= 1023.95 && unit < sizeof(units) / sizeof(units[0]) - 1; unit++)
        value /= 1024;
    snprintf(text, 32, "%.1f%s", value, units[unit]);
    return text;
}

/* ---- Samples ----------------------------------------------------------------------------------- */

static int columns(void)
{
    return options.pages ? COLUMN_COUNT : COLUMN_pss;
}

static int width(int column)
{
    return column == COLUMN_private_dirty ? 15 : options.bytes ? 14 : 11;
}

static void print_header(void)
{
    fprintf(options.output, "%10s", "seconds");
    for (int i = 0; i < columns(); i++)
        fprintf(options.output, "%*s", width(i), titles[i]);
    fputc('\n', options.output);
}

static void add(const struct sample *sample)
{
    fprintf(options.output, "%10.2f", sample->time);
    for (int i = 0; i < columns(); i++) {
        const struct zmalloc_figure *figure = &sample->figures[i];
        char text[32];
        fprintf(
            options.output, "%*s", width(i),
            figure->state == ZMALLOC_KNOWN ? amount(figure->value, text) : "-");
        if ((i == COLUMN_rss || i == COLUMN_peak_rss) && figure->value > peak)
            peak = figure->value;
    }
    fputc('\n', options.output);

    if (options.plot >= 0 && sample_count == sample_room) {
        size_t room = sample_room ? 2 * sample_room : 1024;
        struct sample *larger = realloc(samples, room * sizeof(*samples));
        if (!larger) {
            warn("the chart ends at %.0f s", sample->time);
            sample_count++;
            return;
        }
        samples = larger;
        sample_room = room;
    }
    if (options.plot >= 0 && sample_count < sample_room)
        samples[sample_count] = *sample;
    sample_count++;
}

/* False if there is no such process any more. */
static bool take(pid_t pid)
{
    struct zmalloc_process_memory memory = {
        .size = sizeof(memory), .flags = options.pages ? ZMALLOC_PROCESS_PAGES : 0};
    if (zmalloc_get_process_memory(pid, &memory) != 0) {
        if (errno != ESRCH)
            warn("process %ld", (long)pid);
        return false;
    }
#define FIGURE(title, member) [COLUMN_##member] = memory.member,
    struct sample sample = {.time = elapsed(), .figures = {COLUMNS(FIGURE)}};
    add(&sample);
    return true;
}

/* What is known of one that has ended: the system has kept its peak alone. */
static void take_last(const struct rusage *usage)
{
    struct sample sample = {.time = elapsed()};
    sample.figures[COLUMN_peak_rss] =
        (struct zmalloc_figure){.value = (uint64_t)usage->ru_maxrss * 1024, .state = ZMALLOC_KNOWN};
    add(&sample);
}

/* ---- Chart ------------------------------------------------------------------------------------- */

static bool in_path(const char *program)
{
    const char *path = getenv("PATH");
    for (const char *part = path ? path : "/usr/bin:/bin"; part; part = strchr(part, ':')) {
        part += *part == ':' && part != path;
        int length = (int)strcspn(part, ":");
        char file[PATH_MAX];
        struct stat status;
        if (snprintf(file, sizeof(file), "%.*s%s%s", length, part, length ? "/" : "", program) <
                (int)sizeof(file) &&
            stat(file, &status) == 0 && S_ISREG(status.st_mode) && access(file, X_OK) == 0)
            return true;
        if (!part[length])
            break;
        part += length;
    }
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

static void plot_script(FILE *script, const char *name)
{
    static const struct {
        int column;
        const char *style;
    } curves[] = {
        {COLUMN_peak_rss, "lines dashtype 2 linewidth 1.5 linecolor rgb '#999999'"},
        {COLUMN_rss, "lines linewidth 2.5 linecolor rgb '#0060ad'"},
        {COLUMN_rss_anonymous, "lines linewidth 1.5 linecolor rgb '#dd8800'"},
        {COLUMN_swap, "lines linewidth 1.5 linecolor rgb '#cc0000'"},
    };
    enum { CURVES = sizeof(curves) / sizeof(curves[0]) };
    size_t count = sample_count < sample_room ? sample_count : sample_room;
    uint64_t most = peak;

    for (size_t i = 0; i < count; i++)
        if (samples[i].figures[COLUMN_swap].value > most)
            most = samples[i].figures[COLUMN_swap].value;
    double unit = most >= (uint64_t)10 << 30 ? 1024.0 * 1024 * 1024 : 1024.0 * 1024;

    fprintf(
        script, "set terminal %s size 900,500 background rgb 'white'\n",
        ends_with(options.plot_path, ".png") ? "pngcairo" : "svg");
    fputs("set title \"Memory of ", script);
    for (const char *c = name; *c; c++) /* what is not plain text would not be valid SVG */
        fputc(*c < ' ' || *c > '~' || strchr("\"\\`", *c) ? '?' : *c, script);
    fprintf(
        script,
        "\" noenhanced\n"
        "set xlabel 'time since start (s)'\n"
        "set ylabel 'memory (%s)'\n"
        "set xrange [0:%.3f]\nset yrange [0:%.3f]\n"
        "set grid back linetype 1 linecolor rgb '#cccccc'\nset border 3\nset tics nomirror\n"
        "set key outside top center horizontal samplen 3\n"
        "set datafile missing '-'\n"
        "plot ",
        unit > 1024.0 * 1024 ? "GiB" : "MiB", fmax(count ? samples[count - 1].time : 0, 0.01),
        fmax((double)most / unit * 1.08, 0.1));
    for (int i = 0; i < CURVES; i++)
        fprintf(
            script, "%s'-' using 1:2 with %s title '%s'", i ? ", " : "", curves[i].style,
            titles[curves[i].column]);
    fputc('\n', script);
    for (int i = 0; i < CURVES; i++) {
        bool any = false;
        for (size_t k = 0; k < count; k++) {
            const struct zmalloc_figure *figure = &samples[k].figures[curves[i].column];
            if (figure->state != ZMALLOC_KNOWN)
                continue;
            fprintf(script, "%.3f %.6f\n", samples[k].time, (double)figure->value / unit);
            any = true;
        }
        if (!any) /* a curve without any point is an error of gnuplot's */
            fputs("0 -\n", script);
        fputs("e\n", script);
    }
}

/* gnuplot's output is the file itself: its name needs no quoting. */
static bool plot(const char *name)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        warn("pipe");
        return false;
    }
    pid_t pid = fork();
    if (pid < 0) {
        warn("fork");
        close(ends[0]), close(ends[1]);
        return false;
    }
    if (pid == 0) {
        if (dup2(ends[0], STDIN_FILENO) < 0 || dup2(options.plot, STDOUT_FILENO) < 0)
            err(CANNOT_RUN, "dup2");
        execlp("gnuplot", "gnuplot", (char *)NULL);
        err(CANNOT_RUN, "gnuplot");
    }
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    FILE *script = fdopen(ends[1], "w");
    if (script) {
        plot_script(script, name);
        fclose(script);
    } else
        close(ends[1]);
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (!script || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        warnx("gnuplot failed: %s is not whole", options.plot_path);
        return false;
    }
    return true;
}

/* ---- Snapshot of a program that links the library ---------------------------------------------- */

static void make_directory(void)
{
    static char path[PATH_MAX], value[PATH_MAX + 16];
    const char *parent = getenv("TMPDIR");
    if (getenv("ZMALLOC_SNAPSHOT"))
        return;                                     /* somebody else wants it, there */
    if (!parent || !*parent || strchr(parent, '%')) /* % would be read as in %p */
        parent = "/tmp";
    if (snprintf(path, sizeof(path), "%s/zmalloc-stat.XXXXXX", parent) >= (int)sizeof(path) ||
        !mkdtemp(path)) {
        warn("no snapshot: %s", parent);
        return;
    }
    directory = path;
    snprintf(value, sizeof(value), "%s/%%p.txt", path);
    setenv("ZMALLOC_SNAPSHOT", value, 1);
}

/* That of the program itself is printed; those of its children go with the directory. */
static void print_snapshot(pid_t pid)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof(path), "%s/%ld.txt", directory, (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    char buffer[4096];
    size_t length;
    fputs("\nSnapshot at exit:\n", options.output);
    while ((length = fread(buffer, 1, sizeof(buffer), file)) > 0)
        fwrite(buffer, 1, length, options.output);
    fclose(file);
}

static void remove_directory(void)
{
    DIR *entries = opendir(directory);
    struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
    if (rmdir(directory) != 0)
        warn("%s", directory);
    directory = NULL;
}

/* ---- Watching ---------------------------------------------------------------------------------- */

/* Returns the pid; or, if it cannot be run, ends. The other end of the pipe closes at exec. */
static pid_t run(char **arguments, const sigset_t *mask)
{
    int ends[2], error = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        err(TROUBLE, "pipe");
    pid_t pid = fork();
    if (pid < 0)
        err(TROUBLE, "fork");
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, mask, NULL);
        execvp(arguments[0], arguments);
        error = errno;
        ssize_t written = write(ends[1], &error, sizeof(error));
        _exit(written == sizeof(error) ? CANNOT_RUN : TROUBLE);
    }
    close(ends[1]);
    ssize_t length;
    while ((length = read(ends[0], &error, sizeof(error))) < 0 && errno == EINTR)
        ;
    close(ends[0]);
    if (length != 0) {
        waitpid(pid, NULL, 0);
        if (directory)
            remove_directory();
        errno = error;
        err(error == ENOENT ? NOT_FOUND : CANNOT_RUN, "%s", arguments[0]);
    }
    return pid;
}

static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Until the process ends; or, if it is not a child, a signal asks us to end: returns that, or 0. A
 * child gets the signal, and its end is ours. What comes from the terminal it has got already. */
static int watch(pid_t pid, bool child, int signals, int pidfd)
{
    double next = 0;
    for (;;) {
        if (child && has_ended(pid))
            return 0;
        double now = elapsed();
        if (now >= next) {
            if (!take(pid) && !child)
                return 0;
            /* What has been missed, as under SIGSTOP, is not made up for. */
            next = fmax(next + options.interval, elapsed());
        }
        double rest = fmax(next - elapsed(), 0);
        struct timespec timeout = {.tv_sec = (time_t)rest};
        timeout.tv_nsec = (long)((rest - (double)timeout.tv_sec) * 1e9);
        struct pollfd polled[] = {
            {.fd = signals, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
        if (ppoll(polled, 2, &timeout, NULL) < 0 && errno != EINTR)
            err(TROUBLE, "ppoll");
        if (polled[1].revents)
            return 0;
        struct signalfd_siginfo info;
        if (!(polled[0].revents & POLLIN) || read(signals, &info, sizeof(info)) != sizeof(info) ||
            info.ssi_signo == SIGCHLD)
            continue;
        if (!child)
            return (int)info.ssi_signo;
        if (info.ssi_code != SI_KERNEL)
            kill(pid, (int)info.ssi_signo);
    }
}

/* ---- Command line ------------------------------------------------------------------------------ */

static const char help[] =
    "usage: zmalloc-stat [options] [--] PROGRAM [ARGUMENT...]\n"
    "       zmalloc-stat [options] PID\n"
    "Prints what memory a program, or a process that runs, has over time.\n\n"
    "  -i, --interval SECONDS  between two samples: 1, or a fraction (0.01 at least)\n"
    "  -p, --pid PID           the process to watch\n"
    "  -P, --pages             PSS and private dirty, too: about 10 ms per GiB and sample\n"
    "  -b, --bytes             plain bytes\n"
    "  -o, --output FILE       print to FILE, not to standard error\n"
    "      --plot FILE         draw a chart, by gnuplot: FILE ends in .svg or .png\n"
    "  -h, --help              print this\n"
    "  -V, --version           print the version\n";

static pid_t parse_pid(const char *text)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value <= 0 || value > INT_MAX)
        errx(TROUBLE, "not a process id: %s", text);
    return (pid_t)value;
}

static double parse_interval(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0.01 && value <= 86400))
        errx(TROUBLE, "not an interval of 0.01 to 86400 seconds: %s", text);
    return value;
}

static bool is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

/* Returns the process to watch; or 0: the rest of the arguments is a program. */
static pid_t parse(int argc, char **argv)
{
    enum { PLOT = CHAR_MAX + 1 };
    static const struct option known[] = {
        {"interval", required_argument, NULL, 'i'},
        {"pid", required_argument, NULL, 'p'},
        {"pages", no_argument, NULL, 'P'},
        {"bytes", no_argument, NULL, 'b'},
        {"output", required_argument, NULL, 'o'},
        {"plot", required_argument, NULL, PLOT},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {0},
    };
    pid_t pid = 0;
    const char *last = NULL;
    for (int option; (option = getopt_long(argc, argv, "+i:p:Pbo:hV", known, NULL)) != -1;) {
        last = optarg;
        switch (option) {
        case 'i':
            options.interval = parse_interval(optarg);
            break;
        case 'p':
            pid = parse_pid(optarg);
            break;
        case 'P':
            options.pages = true;
            break;
        case 'b':
            options.bytes = true;
            break;
        case 'o':
            options.output_path = optarg;
            break;
        case PLOT:
            options.plot_path = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            exit(fflush(stdout) == 0 ? 0 : TROUBLE);
        case 'V':
            puts("zmalloc-stat " VERSION);
            exit(fflush(stdout) == 0 ? 0 : TROUBLE);
        default:
            fputs(help, stderr);
            exit(TROUBLE);
        }
    }
    /* Behind -- even a number is a program; but not if that was the name of a file. */
    bool dashes = strcmp(argv[optind - 1], "--") == 0 && argv[optind - 1] != last;
    int rest = argc - optind;
    if (pid && rest)
        errx(TROUBLE, "both a process and a program: %s", argv[optind]);
    if (!pid && rest == 1 && !dashes && is_number(argv[optind]))
        return parse_pid(argv[optind]);
    if (!pid && !rest) {
        fputs(help, stderr);
        exit(TROUBLE);
    }
    return pid;
}

/* All that can go wrong with files does so before the program is started. */
static void open_files(void)
{
    options.output = stderr;
    if (options.output_path && !(options.output = fopen(options.output_path, "we")))
        err(TROUBLE, "%s", options.output_path);
    setvbuf(options.output, NULL, _IOLBF, 0);
    if (!options.plot_path)
        return;
    if (!ends_with(options.plot_path, ".svg") && !ends_with(options.plot_path, ".png"))
        errx(TROUBLE, "a chart ends in .svg or .png: %s", options.plot_path);
    if (!in_path("gnuplot"))
        errx(TROUBLE, "--plot needs gnuplot, which is not in PATH (Debian: gnuplot-nox)");
    options.plot = open(options.plot_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (options.plot < 0)
        err(TROUBLE, "%s", options.plot_path);
}

/* Those that we shall wait for; what has been ignored so far, as by nohup(1), stays so. */
static int catch_signals(sigset_t *before)
{
    static const int asked[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigset_t caught;
    sigemptyset(&caught);
    signal(SIGCHLD, SIG_DFL); /* if ignored, children leave nothing to wait for */
    sigaddset(&caught, SIGCHLD);
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        struct sigaction action;
        if (sigaction(asked[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&caught, asked[i]);
    }
    sigprocmask(SIG_BLOCK, &caught, before);
    int signals = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        err(TROUBLE, "signalfd");
    return signals;
}

int main(int argc, char **argv)
{
    pid_t pid = parse(argc, argv);
    bool child = pid == 0;
    int pidfd = -1, result = 0;
    char name[64];

    if (!child) {
        pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
        /* A kernel without it: each sample finds out. */
        if (pidfd < 0 && (errno != ENOSYS || (kill(pid, 0) != 0 && errno == ESRCH)))
            err(TROUBLE, "process %ld", (long)pid);
        if (pidfd >= 0)
            fcntl(pidfd, F_SETFD, FD_CLOEXEC);
        snprintf(name, sizeof(name), "process %ld", (long)pid);
    }
    open_files();
    sigset_t mask;
    int signals = catch_signals(&mask);
    if (child) {
        make_directory();
        pid = run(argv + optind, &mask);
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    print_header();
    int ended_by = watch(pid, child, signals, pidfd);
    double time = elapsed();

    char how[64] = "";
    if (child) {
        int status = 0;
        struct rusage usage = {0};
        while (wait4(pid, &status, 0, &usage) < 0)
            if (errno != EINTR)
                err(TROUBLE, "wait4");
        take_last(&usage);
        if (WIFSIGNALED(status)) {
            result = 128 + WTERMSIG(status);
            snprintf(how, sizeof(how), "killed by signal %d", WTERMSIG(status));
        } else {
            result = WEXITSTATUS(status);
            snprintf(how, sizeof(how), "exit status %d", result);
        }
    } else if (ended_by) {
        result = 128 + ended_by;
        snprintf(how, sizeof(how), "still running");
    } else
        snprintf(how, sizeof(how), "ended");

    char text[32];
    fprintf(
        options.output, "\npeak %s, %zu sample%s in %.2f s, %s\n",
        peak ? amount(peak, text) : "unknown", sample_count, sample_count == 1 ? "" : "s", time,
        how);
    if (directory) {
        print_snapshot(pid);
        remove_directory();
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (options.plot >= 0 && !plot(child ? argv[optind] : name) && result == 0)
        result = TROUBLE;
    if (fflush(options.output) != 0 || ferror(options.output)) {
        warn("%s", options.output_path ? options.output_path : "standard error");
        if (result == 0)
            result = TROUBLE;
    }
    return result;
}
