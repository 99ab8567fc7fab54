/* SPDX-License-Identifier: BSD-3-Clause
 * zmalloc_check() on an allocator of the tests' own, which lies in each way that it is there to find
 * out. */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include <zmalloc.h>

#include "backend/backend.h"

struct stub stub;

/* ---- What the allocator says of itself ------------------------------------------------------- */

static struct {
    bool is_process_malloc;
    bool has_counter;
    bool counts_process_malloc;
    bool counts_blocks;
    unsigned disturbed; /* so many readings are wrong by what another thread does */
    unsigned readings;
    size_t process_held;
    enum backend_owns owns;
} says;

static bool held(size_t *bytes)
{
    if (!says.has_counter)
        return false;
    *bytes = (says.counts_blocks ? zmalloc_used_memory() : 0) +
             (says.counts_process_malloc ? says.process_held : 0);
    if (says.disturbed > 0) {
        says.disturbed--;
        says.readings++;
        *bytes += (size_t)1000000 * says.readings * says.readings;
    }
    return true;
}

static enum backend_owns owns(const void *ptr)
{
    g_assert_nonnull(ptr);
    return says.owns;
}

static char process_block[1];

static void *process_malloc(size_t size)
{
    says.process_held += size;
    return process_block;
}

static void process_free(void *ptr)
{
    g_assert_true(ptr == process_block);
    says.process_held = 0;
}

const struct backend_identity *zmi_backend_identity(void)
{
    static const char *const no_functions[] = {NULL};
    static struct backend_identity identity;
    identity = (struct backend_identity){
        .function = says.is_process_malloc ? NULL : (void *)process_malloc,
        .process_malloc = process_malloc,
        .process_free = process_free,
        .process_functions = no_functions,
        .held = held,
        .owns = owns,
    };
    return &identity;
}

const char *zmi_backend_name(void)
{
    return "stub-1.0";
}

/* ---- Help ------------------------------------------------------------------------------------ */

static char report[4096];

static void start_honest(void)
{
    stub = (struct stub){0};
    memset(&says, 0, sizeof(says));
    says.has_counter = true;
    says.counts_blocks = true;
    says.owns = BACKEND_CANNOT_TELL;
}

static void check_answer(int expected, const char *says_so)
{
    int answer = zmalloc_check(report, sizeof(report));
    g_test_message("%d: %s", answer, report);
    g_assert_cmpint(answer, ==, expected);
    g_assert_true(g_str_has_prefix(report, "stub-1.0 in "));
    g_assert_nonnull(strstr(report, says_so));
    g_assert_cmpint(strstr(report, "MISMATCH") != NULL, ==, expected == ZMALLOC_CHECK_MISMATCH);
    g_assert_cmpint(strstr(report, "UNPROVEN") != NULL, ==, expected == ZMALLOC_CHECK_UNPROVEN);
    g_assert_null(strchr(report, '\n'));
    g_assert_cmpuint(zmalloc_used_memory(), ==, 0);
}

/* ---- Proven ---------------------------------------------------------------------------------- */

static void a_counter_that_moves_proves(void)
{
    start_honest();
    check_answer(0, "its counter moves");
}

static void ownership_proves(void)
{
    start_honest();
    says.has_counter = false;
    says.owns = BACKEND_OWNS;
    check_answer(0, "it owns a block");
}

static void what_other_threads_do_is_waited_out(void)
{
    start_honest();
    says.disturbed = 20;
    check_answer(0, "its counter moves");
    g_assert_cmpuint(says.disturbed, ==, 0);
}

/* ---- Mismatches ------------------------------------------------------------------------------ */

static void a_counter_that_stands_contradicts(void)
{
    start_honest();
    says.counts_blocks = false;
    check_answer(ZMALLOC_CHECK_MISMATCH, "its counter does not move");
    says.owns = BACKEND_OWNS;
    check_answer(ZMALLOC_CHECK_MISMATCH, "its counter does not move");
}

static void a_block_of_another_contradicts(void)
{
    start_honest();
    says.owns = BACKEND_OWNS_NOT;
    check_answer(ZMALLOC_CHECK_MISMATCH, "does not own");
}

static void sizes_that_disagree_contradict(void)
{
    start_honest();
    says.owns = BACKEND_OWNS;
    stub.grows = 1;
    check_answer(ZMALLOC_CHECK_MISMATCH, "24 bytes had 31 usable when it was made, 32 when");
}

/* The C library counts what its malloc() gives, and our blocks are none of that. */
static void process_malloc_that_blocks_do_not_come_from_contradicts(void)
{
    start_honest();
    says.is_process_malloc = true;
    says.counts_process_malloc = true;
    says.counts_blocks = false;
    check_answer(ZMALLOC_CHECK_MISMATCH, "its counter does not move");
}

/* ---- Unproven -------------------------------------------------------------------------------- */

static void nothing_to_go_by_proves_nothing(void)
{
    start_honest();
    says.has_counter = false;
    check_answer(ZMALLOC_CHECK_UNPROVEN, "no counter");
}

static void a_counter_that_never_rests_proves_nothing(void)
{
    start_honest();
    says.disturbed = 1000000;
    check_answer(ZMALLOC_CHECK_UNPROVEN, "other threads");
}

static void no_memory_proves_nothing(void)
{
    start_honest();
    stub.refuses = true;
    check_answer(ZMALLOC_CHECK_UNPROVEN, "no memory");
}

/* Another malloc() in its place: the counter is that of the one that is not used. */
static void a_counter_of_an_unused_malloc_is_not_asked(void)
{
    start_honest();
    says.is_process_malloc = true;
    says.counts_blocks = false;
    check_answer(ZMALLOC_CHECK_UNPROVEN, "does not count what malloc() gives");
}

/* ---- The report ------------------------------------------------------------------------------ */

static void is_cut_to_fit(void)
{
    char whole[4096], cut[4096];
    start_honest();
    g_assert_cmpint(zmalloc_check(whole, sizeof(whole)), ==, 0);
    size_t length = strlen(whole);
    for (size_t size = 0; size <= length + 2; size++) {
        memset(cut, '#', sizeof(cut));
        g_assert_cmpint(zmalloc_check(size == 0 ? NULL : cut, size), ==, 0);
        if (size > 0) {
            g_assert_cmpuint(strlen(cut), ==, MIN(size - 1, length));
            g_assert_true(strncmp(cut, whole, size - 1) == 0);
        }
        for (size_t i = size; i < sizeof(cut); i++)
            g_assert_cmpint(cut[i], ==, '#');
    }
}

static void errno_is_kept(void)
{
    start_honest();
    stub.refuses = true;
    errno = EXDEV;
    zmalloc_check(NULL, 0);
    g_assert_cmpint(errno, ==, EXDEV);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/a-counter-that-moves-proves", a_counter_that_moves_proves);
    g_test_add_func("/check/ownership-proves", ownership_proves);
    g_test_add_func(
        "/check/what-other-threads-do-is-waited-out", what_other_threads_do_is_waited_out);
    g_test_add_func("/check/a-counter-that-stands-contradicts", a_counter_that_stands_contradicts);
    g_test_add_func("/check/a-block-of-another-contradicts", a_block_of_another_contradicts);
    g_test_add_func("/check/sizes-that-disagree-contradict", sizes_that_disagree_contradict);
    g_test_add_func(
        "/check/process-malloc-that-blocks-do-not-come-from-contradicts",
        process_malloc_that_blocks_do_not_come_from_contradicts);
    g_test_add_func("/check/nothing-to-go-by-proves-nothing", nothing_to_go_by_proves_nothing);
    g_test_add_func(
        "/check/a-counter-that-never-rests-proves-nothing",
        a_counter_that_never_rests_proves_nothing);
    g_test_add_func("/check/no-memory-proves-nothing", no_memory_proves_nothing);
    g_test_add_func(
        "/check/a-counter-of-an-unused-malloc-is-not-asked",
        a_counter_of_an_unused_malloc_is_not_asked);
    g_test_add_func("/check/report/is-cut-to-fit", is_cut_to_fit);
    g_test_add_func("/check/errno-is-kept", errno_is_kept);
    return g_test_run();
}
