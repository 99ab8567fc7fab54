/* SPDX-License-Identifier: BSD-3-Clause
 * All figures of one moment: against what each says by itself, against each other, and as bytes on
 * their way out. What the formats mean is for their parsers to say: report/formats.py. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <zmalloc.h>

#include "allocator.h"

static const int formats[] = {ZMALLOC_TEXT, ZMALLOC_JSON, ZMALLOC_OPENMETRICS};

static struct zmalloc_snapshot snapshot_now(void)
{
    struct zmalloc_snapshot snapshot = {.size = sizeof(snapshot)};
    g_assert_cmpint(zmalloc_snapshot(&snapshot), ==, 0);
    return snapshot;
}

static gboolean accounting_is(const char *name)
{
    return g_strcmp0(g_getenv("ZMALLOC_TEST_ACCOUNTING"), name) == 0;
}

static uint64_t monotonic(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- What is in it --------------------------------------------------------------------------- */

static void it_is_of_the_moment(void)
{
    uint64_t before = monotonic();
    struct zmalloc_snapshot snapshot = snapshot_now();
    g_assert_cmpuint(snapshot.time.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(snapshot.time.value, >=, before);
    g_assert_cmpuint(snapshot.time.value, <=, monotonic());
}

static void it_has_the_figures_of_each_function(void)
{
    void *ptr = zmalloc(12345);
    struct zmalloc_snapshot snapshot = snapshot_now();
    struct zmalloc_memory_limits limits = {.size = sizeof(limits)};
    struct zmalloc_allocator_stats stats = stats_now();
    g_assert_cmpint(zmalloc_get_memory_limits(&limits), ==, 0);

    g_assert_cmpuint(snapshot.used.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(snapshot.used.value, ==, zmalloc_used_memory());
    g_assert_cmpuint(snapshot.peak.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(snapshot.peak.value, ==, zmalloc_peak_memory());
    g_assert_cmpuint(snapshot.peak.value, >=, snapshot.used.value);
    g_assert_cmpuint(snapshot.rss.state, ==, ZMALLOC_KNOWN);
    assert_resident(snapshot.rss.value);
    g_assert_cmpuint(snapshot.rss_anonymous.value, >, 0);
    g_assert_cmpuint(
        snapshot.rss_anonymous.value + snapshot.rss_file.value + snapshot.rss_shared.value, ==,
        snapshot.rss.value);
    g_assert_cmpuint(snapshot.peak_rss.value, >, 0);
    g_assert_cmpuint(snapshot.physical.value, ==, limits.physical.value);
    g_assert_cmpuint(snapshot.memory_size.value, ==, limits.memory_size.value);
    g_assert_cmpuint(snapshot.address_space_limit.state, ==, limits.address_space_limit.state);
    g_assert_cmpuint(snapshot.cgroup_limit.state, ==, limits.cgroup_limit.state);
#define SAME(name, unit, help)                                                                     \
    g_assert_cmpuint(snapshot.allocator_##name.state, ==, stats.name.state);                       \
    g_assert_cmpint(snapshot.allocator_##name.error, ==, stats.name.error);
    ZMALLOC_ALLOCATOR_FIGURES(SAME, )
#undef SAME
    g_assert_cmpuint(snapshot.allocator_allocated.value, ==, stats.allocated.value);
    zfree(ptr);
}

static void what_is_derived_is_of_the_same_figures(void)
{
    void *ptr = zmalloc(8 * MIB);
    struct zmalloc_snapshot snapshot = snapshot_now();
    double rss = (double)snapshot.rss.value, used = (double)snapshot.used.value;
    g_assert_cmpfloat_with_epsilon(snapshot.fragmentation_ratio, rss / used, 1e-9);
    g_assert_cmpfloat((double)snapshot.fragmentation_bytes, ==, rss - used);
    g_assert_cmpint(snapshot.fragmentation_bytes, >, -8 * MIB - SLACK);
    zfree(ptr);
}

static void assert_total(struct zmalloc_figure before, struct zmalloc_figure after, uint64_t bytes)
{
    g_assert_cmpuint(after.state, ==, ZMALLOC_KNOWN);
    g_assert_cmpuint(after.value - before.value, ==, bytes);
}

static void assert_not_counted(struct zmalloc_figure figure)
{
    g_assert_cmpuint(figure.state, ==, ZMALLOC_UNKNOWN);
    g_assert_cmpint(figure.error, ==, ENOTSUP);
    g_assert_cmpuint(figure.value, ==, 0);
}

static void totals_are_all_that_went_through(void)
{
    void *blocks_held[10];
    struct zmalloc_snapshot none = snapshot_now();
    uint64_t bytes = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(blocks_held); i++) {
        blocks_held[i] = zmalloc(100 + 1000 * i);
        bytes += zmalloc_size(blocks_held[i]);
    }
    struct zmalloc_snapshot full = snapshot_now();
    for (unsigned i = 0; i < G_N_ELEMENTS(blocks_held); i++)
        zfree(blocks_held[i]);
    struct zmalloc_snapshot empty = snapshot_now();
    if (accounting_is("mutex") || (accounting_is("sharded") && sizeof(size_t) == 8)) {
        assert_total(none.allocated_total, full.allocated_total, bytes);
        assert_total(none.freed_total, full.freed_total, 0);
        assert_total(full.allocated_total, empty.allocated_total, 0);
        assert_total(full.freed_total, empty.freed_total, bytes);
        g_assert_cmpuint(full.used.value, ==, full.allocated_total.value - full.freed_total.value);
    } else {
        assert_not_counted(full.allocated_total);
        assert_not_counted(full.freed_total);
    }
}

static void blocks_are_counted_where_the_mode_counts_them(void)
{
    struct zmalloc_snapshot none = snapshot_now();
    if (!accounting_is("mutex")) {
        assert_not_counted(none.live_blocks);
        return;
    }
    volatile size_t too_large = (size_t)PTRDIFF_MAX + 1;
    char *ptr = zmalloc(100), *zeros = zcalloc(1000), *copy = zstrdup("a copy");
    void *aligned = zaligned_alloc(64, 640), *sized = zmalloc(333);
    g_assert_cmpuint(snapshot_now().live_blocks.value - none.live_blocks.value, ==, 5);
    ptr = zrealloc(ptr, 200000);
    ptr = zrealloc(ptr, 300);
    zeros = zrealloc(zeros, 10);
    g_assert_null(ztrymalloc(too_large));
    g_assert_null(ztryrealloc(copy, too_large));
    g_assert_cmpuint(snapshot_now().live_blocks.value - none.live_blocks.value, ==, 5);
    zfree_sized(sized, 333);
    zfree(aligned);
    zfree(copy);
    g_assert_null(zrealloc(zeros, 0));
    zfree(NULL);
    g_assert_cmpuint(snapshot_now().live_blocks.value - none.live_blocks.value, ==, 1);
    zfree(ptr);
    g_assert_cmpuint(snapshot_now().live_blocks.value, ==, none.live_blocks.value);
}

/* ---- As bytes -------------------------------------------------------------------------------- */

static char *printed(const struct zmalloc_snapshot *snapshot, int format)
{
    size_t length = zmalloc_snapshot_print(snapshot, NULL, 0, format);
    g_assert_cmpuint(length, >, 0);
    char *text = g_malloc(length + 1);
    memset(text, 'x', length + 1);
    g_assert_cmpuint(zmalloc_snapshot_print(snapshot, text, length + 1, format), ==, length);
    g_assert_cmpuint(strlen(text), ==, length);
    return text;
}

static void a_buffer_is_filled_as_far_as_it_goes(void)
{
    struct zmalloc_snapshot snapshot = snapshot_now();
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        char *text = printed(&snapshot, formats[i]);
        static const size_t sizes[] = {1, 2, 100, 511, 512, 513, 1000};
        for (size_t k = 0; k < G_N_ELEMENTS(sizes); k++) {
            char cut[1001];
            memset(cut, '#', sizeof(cut));
            g_assert_cmpuint(
                zmalloc_snapshot_print(&snapshot, cut, sizes[k], formats[i]), ==, strlen(text));
            g_assert_cmpuint(strlen(cut), ==, sizes[k] - 1);
            g_assert_true(strncmp(cut, text, sizes[k] - 1) == 0);
            g_assert_cmpint(cut[sizes[k]], ==, '#');
        }
        g_free(text);
    }
}

static void a_file_gets_the_same_bytes(void)
{
    struct zmalloc_snapshot snapshot = snapshot_now();
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        char *name, *text = printed(&snapshot, formats[i]), *written;
        int fd = g_file_open_tmp("snapshot-XXXXXX", &name, NULL);
        g_assert_cmpint(fd, >=, 0);
        errno = EXDEV;
        g_assert_cmpint(zmalloc_snapshot_write(&snapshot, fd, formats[i]), ==, 0);
        g_assert_cmpint(errno, ==, EXDEV);
        close(fd);
        g_assert_true(g_file_get_contents(name, &written, NULL, NULL));
        g_assert_cmpstr(written, ==, text);
        unlink(name);
        g_free(written);
        g_free(name);
        g_free(text);
    }
}

static void assert_refused(int result, int error)
{
    g_assert_cmpint(result, ==, -1);
    g_assert_cmpint(errno, ==, error);
}

static void what_cannot_be_written_is_an_error(void)
{
    struct zmalloc_snapshot snapshot = snapshot_now(), unset = {0};
    static const int no_formats[] = {-1, 3, 1000};
    char buffer[16] = "as it was";
    int full = open("/dev/full", O_WRONLY);
    g_assert_cmpint(full, >=, 0);
    assert_refused(zmalloc_snapshot_write(&snapshot, full, ZMALLOC_JSON), ENOSPC);
    close(full);
    assert_refused(zmalloc_snapshot_write(&snapshot, -1, ZMALLOC_JSON), EBADF);
    assert_refused(zmalloc_snapshot_write(&snapshot, full, ZMALLOC_JSON), EBADF);
    assert_refused(zmalloc_snapshot_write(NULL, 1, ZMALLOC_JSON), EINVAL);
    assert_refused(zmalloc_snapshot_write(&unset, 1, ZMALLOC_JSON), EINVAL);
    for (size_t i = 0; i < G_N_ELEMENTS(no_formats); i++) {
        assert_refused(zmalloc_snapshot_write(&snapshot, 1, no_formats[i]), EINVAL);
        errno = 0;
        g_assert_cmpuint(
            zmalloc_snapshot_print(&snapshot, buffer, sizeof(buffer), no_formats[i]), ==, 0);
        g_assert_cmpint(errno, ==, EINVAL);
    }
    errno = 0;
    g_assert_cmpuint(zmalloc_snapshot_print(&unset, buffer, sizeof(buffer), ZMALLOC_TEXT), ==, 0);
    g_assert_cmpint(errno, ==, EINVAL);
    g_assert_cmpstr(buffer, ==, "as it was");
    assert_refused(zmalloc_snapshot(&unset), EINVAL);
    assert_refused(zmalloc_snapshot(NULL), EINVAL);
    unset = (struct zmalloc_snapshot){.size = sizeof(unset), .flags = 1};
    assert_refused(zmalloc_snapshot(&unset), EINVAL);
}

/* A program of an older header has fewer figures; one of a newer, more. */
static void figures_that_a_caller_has_not_are_unknown(void)
{
    struct {
        struct zmalloc_snapshot known;
        struct zmalloc_figure later;
    } newer = {.later = {7, 7, 7}};
    newer.known.size = sizeof(newer);
    g_assert_cmpint(zmalloc_snapshot(&newer.known), ==, 0);
    g_assert_cmpuint(newer.later.state, ==, ZMALLOC_UNKNOWN);
    g_assert_cmpuint(newer.later.value, ==, 0);
    g_assert_cmpint(newer.later.error, ==, 0);
    char *whole = printed(&newer.known, ZMALLOC_JSON);
    g_assert_null(strstr(whole, "\"rss\": null"));

    struct zmalloc_snapshot older = {.size = offsetof(struct zmalloc_snapshot, rss)};
    memset((char *)&older + older.size, 0x5a, sizeof(older) - older.size);
    g_assert_cmpint(zmalloc_snapshot(&older), ==, 0);
    g_assert_cmpuint(older.rss.state, ==, 0x5a5a5a5a);
    char *text = printed(&older, ZMALLOC_JSON);
    g_assert_nonnull(strstr(text, "\"rss\": null"));
    g_assert_null(strstr(text, "\"used\": null"));
    g_free(text);
    g_free(whole);
}

/* ---- Without memory -------------------------------------------------------------------------- */

static void reading_keeps_errno_and_counts_nothing(void)
{
    size_t used = zmalloc_used_memory();
    errno = EXDEV;
    snapshot_now();
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpuint(zmalloc_used_memory(), ==, used);
}

static char written_to[65536];

static int writes_without_memory(void)
{
    struct zmalloc_snapshot snapshot = {.size = sizeof(snapshot)};
    int null = open("/dev/null", O_WRONLY);
    if (!takes_all_memory())
        return 1;
    if (has_memory())
        return 2;
    if (zmalloc_snapshot(&snapshot) != 0)
        return 3;
    if (snapshot.used.value != zmalloc_used_memory() || snapshot.rss.state != ZMALLOC_KNOWN)
        return 4;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (zmalloc_snapshot_write(&snapshot, null, formats[i]) != 0)
            return 5;
        size_t length =
            zmalloc_snapshot_print(&snapshot, written_to, sizeof(written_to), formats[i]);
        if (length == 0 || length != strlen(written_to))
            return 6;
    }
    return has_memory() ? 7 : 0;
}

static void reading_and_writing_take_no_memory(void)
{
    if (g_getenv("ZMALLOC_TEST_SHADOWED") != NULL || g_getenv("ZMALLOC_TEST_EMULATED") != NULL) {
        g_test_skip("sanitizers and emulators have memory of their own to map");
        return;
    }
    int status;
    pid_t child = fork();
    if (child == 0) /* which must not use GLib: that aborts for want of memory */
        _exit(writes_without_memory());
    g_assert_cmpint(child, >, 0);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot/it-is-of-the-moment", it_is_of_the_moment);
    g_test_add_func(
        "/snapshot/it-has-the-figures-of-each-function", it_has_the_figures_of_each_function);
    g_test_add_func(
        "/snapshot/what-is-derived-is-of-the-same-figures", what_is_derived_is_of_the_same_figures);
    g_test_add_func("/snapshot/totals-are-all-that-went-through", totals_are_all_that_went_through);
    g_test_add_func(
        "/snapshot/blocks-are-counted-where-the-mode-counts-them",
        blocks_are_counted_where_the_mode_counts_them);
    g_test_add_func(
        "/snapshot/a-buffer-is-filled-as-far-as-it-goes", a_buffer_is_filled_as_far_as_it_goes);
    g_test_add_func("/snapshot/a-file-gets-the-same-bytes", a_file_gets_the_same_bytes);
    g_test_add_func(
        "/snapshot/what-cannot-be-written-is-an-error", what_cannot_be_written_is_an_error);
    g_test_add_func(
        "/snapshot/figures-that-a-caller-has-not-are-unknown",
        figures_that_a_caller_has_not_are_unknown);
    g_test_add_func(
        "/snapshot/reading-keeps-errno-and-counts-nothing", reading_keeps_errno_and_counts_nothing);
    g_test_add_func(
        "/snapshot/reading-and-writing-take-no-memory", reading_and_writing_take_no_memory);
    return g_test_run();
}
