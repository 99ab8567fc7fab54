/* SPDX-License-Identifier: BSD-3-Clause
 * The header alone, first and last, in strict C and C++: every function with its type, every macro,
 * and names of struct members that a macro of ours would break. symbols.py sees to it that no
 * function is missing. */
#include <zmalloc.h>

struct z_stream_like {
    void *(*zalloc)(void);
    void (*zfree)(void *);
    int zmalloc, zcalloc, zrealloc, zstrdup;
};

typedef void *alloc_function(size_t);
typedef void *realloc_function(void *, size_t);
typedef void *usable_function(size_t, size_t *);
typedef void *realloc_usable_function(void *, size_t, size_t *);
typedef void *pair_function(size_t, size_t);
typedef size_t figure_function(void);
typedef void plain_function(void);
typedef const char *name_function(void);

/* Volatile: no function is at address 0, so the compiler would take none of them. */
static alloc_function *const volatile allocs[] = {zmalloc, zcalloc, ztrymalloc, ztrycalloc};
static realloc_function *const volatile reallocs[] = {
    zrealloc, ztryrealloc, zmalloc_extend_to_usable};
static usable_function *const volatile usables[] = {
    zmalloc_usable, zcalloc_usable, ztrymalloc_usable, ztrycalloc_usable};
static realloc_usable_function *const volatile realloc_usables[] = {
    zrealloc_usable, ztryrealloc_usable};
static pair_function *const volatile pairs[] = {zcalloc_num, zaligned_alloc};
static figure_function *const volatile figures[] = {
    zmalloc_used_memory,       zmalloc_peak_memory,     zmalloc_get_rss,
    zmalloc_get_private_dirty, zmalloc_get_memory_size, zmalloc_purge};
static plain_function *const volatile plains[] = {
    zmalloc_enable_thread_safeness, zmalloc_reset_peak, zlibc_trim};
static name_function *const volatile names[] = {zmalloc_lib, zmalloc_version, zmalloc_size_source};
static void (*const volatile frees[])(void *) = {zfree, zlibc_free, zmadvise_dontneed};
static void (*const volatile sized_frees[])(void *, size_t) = {zfree_sized};
static void (*const volatile usable_frees[])(void *, size_t *) = {zfree_usable};
static size_t (*const volatile sizes[])(void *) = {zmalloc_size, zmalloc_usable_size};
static char *(*const volatile copies[])(const char *) = {zstrdup};
static char *(*const volatile limited_copies[])(const char *, size_t) = {zstrndup};
static void (*const volatile setters[])(void (*)(size_t)) = {zmalloc_set_oom_handler};
static float (*const volatile ratios[])(size_t) = {zmalloc_get_fragmentation_ratio};
static int (*const volatile checks[])(char *, size_t) = {zmalloc_check};
static int (*const volatile switches[])(int) = {zmalloc_background_thread};
static int (*const volatile stats[])(struct zmalloc_allocator_stats *) = {
    zmalloc_get_allocator_stats};
static int (*const volatile limits[])(struct zmalloc_memory_limits *) = {zmalloc_get_memory_limits};
static int (*const volatile processes[])(long, struct zmalloc_process_memory *) = {
    zmalloc_get_process_memory};
static int (*const volatile fields[])(long, const char *, size_t *, uint64_t *) = {
    zmalloc_get_smaps_field};
static int (*const volatile numbers[])(long, int, long long *) = {zmalloc_get_process_stat};

static int (*const volatile snapshots[])(struct zmalloc_snapshot *) = {zmalloc_snapshot};
static int (*const volatile snapshot_writers[])(const struct zmalloc_snapshot *, int, int) = {
    zmalloc_snapshot_write};
static size_t (*const volatile snapshot_printers[])(
    const struct zmalloc_snapshot *, char *, size_t, int) = {zmalloc_snapshot_print};
static int (*const volatile requests[])(int) = {zmalloc_snapshot_on_signal};
static int (*const volatile explanations[])(struct zmalloc_explanation *) = {zmalloc_explain};
static int (*const volatile explanation_writers[])(const struct zmalloc_explanation *, int, int) = {
    zmalloc_explanation_write};
static size_t (*const volatile explanation_printers[])(
    const struct zmalloc_explanation *, char *, size_t, int) = {zmalloc_explanation_print};

/* Every list of figures, walked. */
#define NAME(name, unit, help) #name,
static const char *const figure_names[] = {
    ZMALLOC_SNAPSHOT_FIGURES(NAME) ZMALLOC_PROCESS_FIGURES(NAME, ) ZMALLOC_CAUSES(NAME, )};

static int missing;

#define NEED(list)                                                                                 \
    do {                                                                                           \
        for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)                                \
            missing += list[i] == NULL;                                                            \
    } while (0)

int main(void)
{
    struct z_stream_like stream = {NULL, frees[0], 0, 0, 0, 0};
    NEED(allocs);
    NEED(reallocs);
    NEED(usables);
    NEED(realloc_usables);
    NEED(pairs);
    NEED(figures);
    NEED(plains);
    NEED(names);
    NEED(frees);
    NEED(sized_frees);
    NEED(usable_frees);
    NEED(sizes);
    NEED(copies);
    NEED(limited_copies);
    NEED(setters);
    NEED(ratios);
    NEED(checks);
    NEED(switches);
    NEED(stats);
    NEED(limits);
    NEED(processes);
    NEED(fields);
    NEED(numbers);
    NEED(snapshots);
    NEED(snapshot_writers);
    NEED(snapshot_printers);
    NEED(requests);
    NEED(explanations);
    NEED(explanation_writers);
    NEED(explanation_printers);
    NEED(figure_names);
    missing += HAVE_MALLOC_SIZE != 1 || ZMALLOC_LIB[0] == '\0';
    missing += ZMALLOC_VERSION_NUMBER < ZMALLOC_VERSION_ENCODE(1, 0, 0);
    missing += ZMALLOC_CHECK_MISMATCH != 1 || ZMALLOC_CHECK_UNPROVEN != 2;
    stream.zfree(zmalloc(1));
    return missing;
}

#include <zmalloc.h>
