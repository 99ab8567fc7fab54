/* SPDX-License-Identifier: BSD-3-Clause
 * The mappings of a process by kind, from text in chunks of any size. */
#include "process/mappings.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

#define HEADER "7f0000000000-7f0000100000 rw-p 00000000 00:00 0 "
#define FIELDS(size, rss, swap)                                                                    \
    "Size:" size " kB\nKernelPageSize:        4 kB\nRss:" rss " kB\nPss:        5 kB\nSwap:" swap  \
    " kB\nSwapPss:       3 kB\nVmFlags: rd wr mr mw me ac \n"

static const char odd[] =
    /* anonymous: without a name, the heap, named by the program */
    HEADER
    "\n" FIELDS(" 1000", " 100", " 1") "55d000000000-55d000100000 rw-p 00000000 00:00 0                          [heap]\n" FIELDS(
        " 2000", " 200", " 2") HEADER
    "                         [anon:Rss: 77 kB]\n" FIELDS(" 10", " 10", " 10")
    /* files: paths that look like something else; the longest is cut off */
    "7f0000000000-7f0000100000 r-xp 00000000 fe:00 12345                      /tmp/[heap]\n" FIELDS(
        " 4", " 3", " 2") HEADER
    "                         /dev/zero (deleted)\n" FIELDS(" 40", " 30", " 20") HEADER
    "                         anon_inode:[io_uring]\n" FIELDS(
        " 400", " 300",
        " 200") "7f0000000000-7f0000100000 r--s 00000000 fe:00 12345                      /Rss:        9 kB"
                "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a\n" FIELDS(
                    " 4000", " 3000", " 2000")
    /* the system's */
    "7ffc00000000-7ffc00100000 rw-p 00000000 00:00 0                          [stack]\n" FIELDS(
        " 132", " 12",
        " 0") "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n" FIELDS(" 4", " 0", " 0");

static int parse(const char *text, size_t chunk, struct zmi_mappings *mappings)
{
    struct zmi_mappings_text state;
    size_t length = strlen(text);
    zmi_mappings_init(&state);
    for (size_t at = 0; at < length; at += chunk) {
        size_t part = length - at < chunk ? length - at : chunk;
        if (zmi_mappings_feed(&state, text + at, part) != 0)
            break;
    }
    return zmi_mappings_finish(&state, mappings);
}

static void assert_sums(const struct mapping_sums *sums, size_t size, size_t rss, size_t swap)
{
    g_assert_cmpuint(sums->size, ==, size * 1024);
    g_assert_cmpuint(sums->rss, ==, rss * 1024);
    g_assert_cmpuint(sums->swap, ==, swap * 1024);
}

static void names_tell_the_kind(void)
{
    for (size_t chunk = 1; chunk <= sizeof(odd); chunk += chunk < 200 ? 1 : 97) {
        struct zmi_mappings mappings;
        g_assert_cmpint(parse(odd, chunk, &mappings), ==, 0);
        assert_sums(&mappings.of[MAPPING_ANONYMOUS], 3010, 310, 13);
        assert_sums(&mappings.of[MAPPING_FILE], 4444, 3333, 2222);
        assert_sums(&mappings.of[MAPPING_SYSTEM], 136, 12, 0);
    }
}

static void assert_error(const char *text, int error)
{
    struct zmi_mappings mappings;
    memset(&mappings, 0x5a, sizeof(mappings));
    struct zmi_mappings before = mappings;
    g_assert_cmpint(parse(text, 4096, &mappings), ==, error);
    g_assert_cmpmem(&mappings, sizeof(mappings), &before, sizeof(before));
}

static void what_is_not_smaps_is_refused(void)
{
    assert_error("", ENODATA);
    assert_error("Rss:  1 kB\n", EBADMSG); /* of no mapping */
    assert_error("\n", EBADMSG);
    assert_error("7f00-7f01 rw-p\n", EBADMSG);
    assert_error(HEADER "\nRss: x kB\n", EBADMSG);
    assert_error(HEADER "\nRss: 1 MB\n", EBADMSG);
    assert_error(HEADER "\nRss: 1\n", EBADMSG);
    assert_error(HEADER "\nRss: kB\n", EBADMSG);
}

static void text_that_was_cut_is_refused(void)
{
    assert_error(HEADER, EBADMSG);
    assert_error(HEADER "\nRss:  1 kB", EBADMSG);
}

static void what_does_not_fit_is_a_range_error(void)
{
    assert_error(HEADER "\nRss: 18014398509481984 kB\n", ERANGE);
    assert_error(HEADER "\nRss: 99999999999999999999999 kB\n", ERANGE);
    assert_error(HEADER "\nRss: 18014398509481983 kB\nRss: 18014398509481983 kB\n", ERANGE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mappings/names-tell-the-kind", names_tell_the_kind);
    g_test_add_func("/mappings/what-is-not-smaps-is-refused", what_is_not_smaps_is_refused);
    g_test_add_func("/mappings/text-that-was-cut-is-refused", text_that_was_cut_is_refused);
    g_test_add_func(
        "/mappings/what-does-not-fit-is-a-range-error", what_does_not_fit_is_a_range_error);
    return g_test_run();
}
