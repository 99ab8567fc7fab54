/* SPDX-License-Identifier: BSD-3-Clause
 * A cache of the words of some files, kept to a budget by asking zmalloc_used_memory() alone: the
 * words not seen for longest are evicted. script/demo runs it on every allocator. */
#define _POSIX_C_SOURCE 200809L /* getline(3), clock_gettime(2) */

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zmalloc.h>

struct entry {
    struct entry *next; /* in its bucket */
    struct entry *newer, *older;
    uint32_t hash;
    size_t length;
    char word[]; /* not terminated */
};

/* The recency list is a ring through this one, which holds no word: older than it is the newest. */
static struct entry ends = {.newer = &ends, .older = &ends};

static struct {
    struct entry **buckets;
    size_t bucket_count, entry_count, words, hits, evictions, highest_used;
} cache;

static size_t budget = 1 << 20, passes = 1;
static bool line_report, show_progress;
static double bytes_in_all, bytes_read;

/* For the out-of-memory handler, which is told nothing but a size. */
static const char *action = "", *current_file = "";

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The cursor goes back to the start of the line: whatever is written next takes its place. */
static void progress(size_t bytes)
{
    static double next;
    bytes_read += (double)bytes;
    if (!show_progress || seconds() < next)
        return;
    next = seconds() + 0.1;
    if (bytes_read <= bytes_in_all)
        fprintf(stderr, "reading: %.0f %%\r", 100 * bytes_read / bytes_in_all);
    else /* a pipe has no size */
        fprintf(stderr, "reading: %.0f MiB\r", bytes_read / (1 << 20));
}

static void out_of_memory(size_t size)
{
    errx(
        1, "out of memory: %zu bytes refused for %s, in %s after %zu words, with %zu bytes in use",
        size, action, current_file, cache.words, zmalloc_used_memory());
}

static struct entry **bucket_of(uint32_t hash)
{
    return &cache.buckets[hash & (cache.bucket_count - 1)];
}

static void grow(void)
{
    action = "a larger hash table";
    size_t count = cache.bucket_count == 0 ? 64 : 2 * cache.bucket_count;
    struct entry **buckets = zcalloc_num(count, sizeof(*buckets));
    zfree(cache.buckets);
    cache.buckets = buckets;
    cache.bucket_count = count;
    for (struct entry *entry = ends.older; entry != &ends; entry = entry->older) {
        struct entry **bucket = bucket_of(entry->hash);
        entry->next = *bucket;
        *bucket = entry;
    }
}

static void unlink_recency(struct entry *entry)
{
    entry->newer->older = entry->older;
    entry->older->newer = entry->newer;
}

static void free_oldest(void)
{
    struct entry *entry = ends.newer;
    struct entry **link = bucket_of(entry->hash);
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    unlink_recency(entry);
    cache.entry_count--;
    zfree(entry);
}

static void keep_to_budget(void)
{
    for (; zmalloc_used_memory() > budget && cache.entry_count > 1; cache.evictions++)
        free_oldest();
    size_t used = zmalloc_used_memory();
    if (used > budget)
        errx(1, "%s: the budget must be at least %zu bytes", current_file, used);
    if (used > cache.highest_used)
        cache.highest_used = used;
}

static void see_word(const char *word, size_t length, uint32_t hash)
{
    cache.words++;
    if (cache.entry_count >= cache.bucket_count)
        grow();
    struct entry **bucket = bucket_of(hash), *entry = *bucket;
    while (entry != NULL && (entry->length != length || memcmp(entry->word, word, length) != 0))
        entry = entry->next;
    if (entry != NULL) {
        cache.hits++;
        unlink_recency(entry);
    } else {
        action = "a word";
        entry = zmalloc(sizeof(*entry) + length);
        *entry = (struct entry){.next = *bucket, .hash = hash, .length = length};
        memcpy(entry->word, word, length);
        *bucket = entry;
        cache.entry_count++;
    }
    entry->newer = &ends;
    entry->older = ends.older;
    entry->older->newer = entry;
    ends.older = entry;
    keep_to_budget();
}

/* A word is lower-cased where it lies, in getline's buffer, so it may be of any length. */
static void see_line(char *line, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        size_t start = at;
        uint32_t hash = 2166136261u; /* FNV-1a */
        for (; at < length && (isalnum((unsigned char)line[at]) || line[at] == '\''); at++) {
            line[at] = (char)tolower((unsigned char)line[at]);
            hash = (hash ^ (unsigned char)line[at]) * 16777619u;
        }
        if (at > start)
            see_word(line + start, at - start, hash);
    }
}

static void read_file(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    current_file = path;
    while (file != NULL && (length = getline(&line, &size, file)) >= 0) {
        see_line(line, (size_t)length);
        progress((size_t)length);
    }
    if (file == NULL || !feof(file))
        err(1, "%s", path);
    zlibc_free(line); /* a block of the C library's, which zfree() would count off our account */
    if (file != stdin)
        fclose(file);
}

/* Before anything is read: a long run should not end at a misspelt name. */
static void check_file(const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    struct stat status;
    if (is_stdin && passes > 1)
        errx(2, "standard input can be read only once: no - with --passes %zu", passes);
    if ((is_stdin ? fstat(STDIN_FILENO, &status) : stat(path, &status)) != 0)
        err(1, "%s", path);
    bytes_in_all += (double)status.st_size * (double)passes;
}

/* Not getrusage(2): its ru_maxrss outlives exec, and so may be that of the calling shell. */
static size_t peak_rss(size_t rss)
{
    size_t kib = 0;
    char line[128];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && kib == 0 && fgets(line, sizeof(line), status) != NULL)
        sscanf(line, "VmHWM: %zu", &kib);
    if (status != NULL)
        fclose(status);
    return kib * 1024 > rss ? kib * 1024 : rss; /* the kernel may be late to note a new peak */
}

static void report(int file_count, double elapsed)
{
    size_t used = zmalloc_used_memory(), rss = zmalloc_get_rss();
    double fragmentation = (double)zmalloc_get_fragmentation_ratio(rss);
    double hits = cache.words == 0 ? 0 : 100.0 * (double)cache.hits / (double)cache.words;
    if (line_report) {
        printf("%s\t%.3f\t%zu\t%zu\t", ZMALLOC_LIB, elapsed, peak_rss(rss), used);
        printf("%.2f\t%zu\t%.2f\n", fragmentation, cache.entry_count, hits);
    } else {
        printf("allocator      %s (libzmalloc %s)\n", ZMALLOC_LIB, zmalloc_version());
        printf("files          %d, read %zu times\n", file_count, passes);
        printf("words          %zu; hits %zu (%.2f %%)\n", cache.words, cache.hits, hits);
        printf("insertions     %zu; evictions %zu\n", cache.words - cache.hits, cache.evictions);
        printf("entries        %zu\n", cache.entry_count);
        printf("budget         %zu bytes\n", budget);
        printf("highest used   %zu bytes, after eviction\n", cache.highest_used);
        printf("used           %zu bytes\n", used);
        printf("peak           %zu bytes, before eviction\n", zmalloc_peak_memory());
        printf("RSS            %zu bytes; peak %zu\n", rss, peak_rss(rss));
        printf("private dirty  %zu bytes\n", zmalloc_get_private_dirty());
        printf("fragmentation  %.2f (RSS / used)\n", fragmentation);
        printf("time           %.3f s\n", elapsed);
    }
    if (fflush(stdout) != 0)
        err(1, "standard output");
}

static const char usage[] =
    "usage: lru-cache [--budget BYTES] [--passes N] [--report text|line] FILE...\n"
    "Caches the words of the files (-: standard input), read N times, in at most BYTES bytes.\n"
    "Numbers may end in K, M or G. Default: --budget 1M --passes 1 --report text.\n"
    "A line is: allocator, seconds, peak RSS, used, fragmentation, entries, hits in percent.\n";

static size_t parse_number(const char *text)
{
    char *end = NULL;
    errno = 0;
    uintmax_t number = isdigit((unsigned char)*text) ? strtoumax(text, &end, 10) : 0;
    static const char suffixes[] = "KMGkmg";
    const char *suffix = number > 0 && *end != '\0' ? strchr(suffixes, *end) : NULL;
    int shift = suffix == NULL ? 0 : 10 * (int)((suffix - suffixes) % 3 + 1);
    if (number == 0 || end[suffix != NULL] != '\0' || errno != 0 || number > SIZE_MAX >> shift)
        errx(2, "not a number from 1 up, or too large: '%s'", text);
    return (size_t)number << shift;
}

static void parse_options(int argc, char **argv)
{
    static const struct option names[] = {
        {"budget", required_argument, NULL, 'b'},
        {"passes", required_argument, NULL, 'p'},
        {"report", required_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "h", names, NULL)) != -1) {
        if (option == 'b')
            budget = parse_number(optarg);
        else if (option == 'p')
            passes = parse_number(optarg);
        else if (option == 'r' && (strcmp(optarg, "text") == 0 || strcmp(optarg, "line") == 0))
            line_report = *optarg == 'l';
        else if (option == 'r')
            errx(2, "--report is text or line, not '%s'", optarg);
        else {
            fputs(usage, option == 'h' ? stdout : stderr);
            exit(option == 'h' ? 0 : 2);
        }
    }
    if (optind == argc)
        errx(2, "no files; lru-cache --help explains");
}

int main(int argc, char **argv)
{
    size_t at_start = zmalloc_used_memory();
    parse_options(argc, argv);
    zmalloc_set_oom_handler(out_of_memory);
    zmalloc_snapshot_on_signal(SIGUSR1); /* if ZMALLOC_SNAPSHOT names a file */
    show_progress = isatty(STDERR_FILENO);
    for (int i = optind; i < argc; i++)
        check_file(argv[i]);
    double start = seconds();
    for (size_t pass = 0; pass < passes; pass++)
        for (int i = optind; i < argc; i++)
            read_file(argv[i]);
    if (show_progress)
        fprintf(stderr, "%20s\r", "");
    report(argc - optind, seconds() - start);

    while (cache.entry_count > 0)
        free_oldest();
    zfree(cache.buckets);
    size_t at_end = zmalloc_used_memory();
    if (at_end != at_start)
        errx(1, "leak: %zu bytes in use at the start, %zu at the end", at_start, at_end);
}
