/* SPDX-License-Identifier: BSD-3-Clause
 * The file that ZMALLOC_SNAPSHOT names: each rule in a process of its own, which ends. */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zmalloc.h>

/* Long enough for a busy machine; the test ends as soon as the file is there. */
enum { MOMENTS = 3000, MOMENT_US = 10000, BLOCK_SIZE = 54321 };

static char *directory;

static char *path_of(const char *name)
{
    return g_build_filename(directory, name, NULL);
}

/* What the process that the variable was set for left behind, or NULL. */
static char *text_of(const char *name)
{
    char *path = path_of(name), *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    g_unlink(path);
    g_free(path);
    return text;
}

/* Runs the test that is named in a process that has the variable. */
static void run(const char *test, const char *name)
{
    char *path = name == NULL ? NULL : path_of(name);
    if (path != NULL)
        g_setenv("ZMALLOC_SNAPSHOT", path, TRUE);
    g_setenv("ZMALLOC_TEST_DIRECTORY", directory, TRUE);
    g_test_trap_subprocess(test, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_unsetenv("ZMALLOC_SNAPSHOT");
    g_test_trap_assert_passed();
    g_free(path);
}

static void assert_nothing_else(void)
{
    GDir *files = g_dir_open(directory, 0, NULL);
    g_assert_nonnull(files);
    g_assert_cmpstr(g_dir_read_name(files), ==, NULL);
    g_dir_close(files);
}

/* Emulators of a processor are not what they exec(3), and valgrind does not follow. */
static gboolean cannot_run_itself(void)
{
    if (g_getenv("ZMALLOC_TEST_EMULATED") == NULL)
        return FALSE;
    g_test_skip("an emulated program cannot run itself");
    return TRUE;
}

/* ---- At exit --------------------------------------------------------------------------------- */

static void *volatile held; /* to the end */

static void ends(void)
{
    held = zmalloc(BLOCK_SIZE);
}

static void the_ending_of_its_name_is_its_format(void)
{
    static const struct {
        const char *name, *begins, *has;
    } files[] = {
        {"exit.json", "{\n  \"report\": \"snapshot\"", "\"used\": "},
        {"exit.om", "# TYPE zmalloc_library info\n", "\nzmalloc_used_bytes "},
        {"exit", "library ", "\nused  "},
        {"exit.txt", "library ", "\nused  "},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files) && !cannot_run_itself(); i++) {
        run("/snapshot-file/subprocess/ends", files[i].name);
        char *text = text_of(files[i].name);
        g_assert_nonnull(text);
        g_assert_true(g_str_has_prefix(text, files[i].begins));
        g_assert_nonnull(strstr(text, files[i].has));
        assert_nothing_else();
        g_free(text);
    }
}

static void a_file_is_replaced_by_a_whole_one(void)
{
    if (cannot_run_itself())
        return;
    char *path = path_of("old.json");
    char *much = g_strnfill(100000, 'x');
    g_assert_true(g_file_set_contents(path, much, -1, NULL));
    run("/snapshot-file/subprocess/ends", "old.json");
    char *text = text_of("old.json");
    g_assert_null(strchr(text, 'x') == NULL ? NULL : strstr(text, "xxx"));
    g_assert_true(g_str_has_suffix(text, "}\n"));
    assert_nothing_else();
    g_free(text);
    g_free(much);
    g_free(path);
}

static void a_device_is_written_to(void)
{
    if (cannot_run_itself())
        return;
    g_setenv("ZMALLOC_SNAPSHOT", "/dev/stdout", TRUE);
    g_test_trap_subprocess("/snapshot-file/subprocess/ends", 0, 0);
    g_unsetenv("ZMALLOC_SNAPSHOT");
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*fragmentation_ratio*");
}

static void a_pipe_that_nobody_reads_is_left_alone(void)
{
    if (cannot_run_itself())
        return;
    char *path = path_of("pipe");
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    run("/snapshot-file/subprocess/ends", "pipe");
    g_assert_cmpint(g_unlink(path), ==, 0);
    assert_nothing_else();
    g_free(path);
}

static void changes_its_environment(void)
{
    g_setenv("ZMALLOC_SNAPSHOT", "/nowhere/at/all", TRUE);
    ends();
}

static void the_variable_counts_as_it_was_at_the_start(void)
{
    if (cannot_run_itself())
        return;
    run("/snapshot-file/subprocess/changes-its-environment", "start.json");
    char *text = text_of("start.json");
    g_assert_nonnull(text);
    g_free(text);
}

static void without_the_variable_there_is_no_file(void)
{
    if (cannot_run_itself())
        return;
    run("/snapshot-file/subprocess/ends", NULL);
    assert_nothing_else();
}

static void what_cannot_be_written_changes_nothing(void)
{
    if (cannot_run_itself())
        return;
    run("/snapshot-file/subprocess/ends", "no/such/directory.json");
    assert_nothing_else();
}

/* ---- Children -------------------------------------------------------------------------------- */

static void forks(void)
{
    int status;
    held = zmalloc(BLOCK_SIZE);
    pid_t child = fork();
    if (child == 0) {
        zmalloc_reset_peak();
        exit(0); /* the library's destructor runs */
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
    char *path = g_strdup_printf("%s/child", g_getenv("ZMALLOC_TEST_DIRECTORY"));
    char *text = g_strdup_printf("%ld", (long)child);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_free(text);
    g_free(path);
}

static void each_process_has_its_own_file_by_p(void)
{
    if (cannot_run_itself())
        return;
    run("/snapshot-file/subprocess/forks", "fork-%p.json");
    char *child = text_of("child");
    char *name = g_strdup_printf("fork-%s.json", child);
    char *text = text_of(name);
    g_assert_nonnull(text);
    g_free(text);
    GDir *files = g_dir_open(directory, 0, NULL);
    char *of_parent = g_strdup(g_dir_read_name(files));
    g_assert_nonnull(of_parent);
    g_assert_true(g_str_has_prefix(of_parent, "fork-"));
    g_dir_close(files);
    text = text_of(of_parent);
    g_assert_true(g_str_has_suffix(text, "}\n"));
    assert_nothing_else();
    g_free(text);
    g_free(of_parent);
    g_free(name);
    g_free(child);
}

static void forks_and_looks(void)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        exit(0);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    char *path = g_strdup_printf("%s/one.json", g_getenv("ZMALLOC_TEST_DIRECTORY"));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_free(path);
}

static void without_p_the_file_is_that_of_the_first_process(void)
{
    if (cannot_run_itself())
        return;
    run("/snapshot-file/subprocess/forks-and-looks", "one.json");
    char *text = text_of("one.json");
    g_assert_nonnull(text);
    g_free(text);
}

/* ---- On a signal ----------------------------------------------------------------------------- */

/* Until it is a whole one; then it is gone. */
static void await_file(const char *path)
{
    char *text = NULL;
    for (int i = 0; i < MOMENTS && !g_file_get_contents(path, &text, NULL, NULL); i++)
        g_usleep(MOMENT_US);
    g_assert_nonnull(text);
    g_assert_true(g_str_has_suffix(text, "}\n"));
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_free(text);
}

static unsigned threads_now(void)
{
    unsigned count = 0;
    GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
    while (g_dir_read_name(tasks) != NULL)
        count++;
    g_dir_close(tasks);
    return count;
}

static void asks(void)
{
    const char *path = g_getenv("ZMALLOC_SNAPSHOT");
    errno = EXDEV;
    g_assert_cmpint(zmalloc_snapshot_on_signal(SIGUSR1), ==, 0);
    unsigned threads = threads_now();
    g_assert_cmpint(zmalloc_snapshot_on_signal(SIGUSR2), ==, 0);
    g_assert_cmpuint(threads_now(), ==, threads); /* one for all signals */
    errno = EXDEV;
    g_assert_cmpint(zmalloc_snapshot_on_signal(SIGUSR2), ==, 0);
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_cmpint(raise(SIGUSR1), ==, 0);
    await_file(path);
    g_assert_cmpint(raise(SIGUSR2), ==, 0);
    await_file(path);
    errno = EXDEV;
    g_assert_cmpint(kill(getpid(), SIGUSR1), ==, 0);
    await_file(path);

    int status;
    pid_t child = fork();
    if (child == 0) { /* has no thread until it asks; its file is its own by name */
        raise(SIGUSR1);
        _exit(zmalloc_snapshot_on_signal(SIGUSR1) == 0 && raise(SIGUSR1) == 0 ? 0 : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

static void a_signal_has_one_written(void)
{
    if (cannot_run_itself())
        return;
    run("/snapshot-file/subprocess/asks", "signal.json");
    char *text = text_of("signal.json"); /* at exit */
    g_assert_nonnull(text);
    assert_nothing_else();
    g_free(text);
}

static atomic_bool is_over;

static void *allocates(void *unused)
{
    while (!is_over) {
        void *ptr = zmalloc(100);
        zfree(ptr);
    }
    return unused;
}

/* Signals come to threads inside of allocators; the process ends while one is written. */
static void asks_often(void)
{
    pthread_t threads[4];
    g_assert_cmpint(zmalloc_snapshot_on_signal(SIGUSR1), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, allocates, NULL), ==, 0);
    for (int i = 0; i < 1000; i++)
        g_assert_cmpint(pthread_kill(threads[i % 4], SIGUSR1), ==, 0);
    is_over = true;
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
}

static void signals_may_come_at_any_moment(void)
{
    if (cannot_run_itself())
        return;
    run("/snapshot-file/subprocess/asks-often", "often.json");
    char *text = text_of("often.json");
    g_assert_nonnull(text);
    g_assert_true(g_str_has_suffix(text, "}\n"));
    assert_nothing_else();
    g_free(text);
}

static void asks_for_what_is_not_there(void)
{
    g_assert_cmpint(zmalloc_snapshot_on_signal(SIGKILL), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
    g_assert_cmpint(zmalloc_snapshot_on_signal(-1), ==, -1);
    g_assert_cmpint(errno, ==, EINVAL);
}

static void what_cannot_be_asked_for_is_an_error(void)
{
    struct sigaction before;
    g_assert_cmpint(zmalloc_snapshot_on_signal(SIGUSR1), ==, -1);
    g_assert_cmpint(errno, ==, ENOENT);
    g_assert_cmpint(sigaction(SIGUSR1, NULL, &before), ==, 0);
    g_assert_true(before.sa_handler == SIG_DFL); /* none of ours */
    if (!cannot_run_itself()) {
        run("/snapshot-file/subprocess/asks-for-what-is-not-there", "bad.json");
        g_free(text_of("bad.json"));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot-file/subprocess/ends", ends);
    g_test_add_func("/snapshot-file/subprocess/changes-its-environment", changes_its_environment);
    g_test_add_func("/snapshot-file/subprocess/forks", forks);
    g_test_add_func("/snapshot-file/subprocess/forks-and-looks", forks_and_looks);
    g_test_add_func("/snapshot-file/subprocess/asks", asks);
    g_test_add_func("/snapshot-file/subprocess/asks-often", asks_often);
    g_test_add_func(
        "/snapshot-file/subprocess/asks-for-what-is-not-there", asks_for_what_is_not_there);
    g_test_add_func(
        "/snapshot-file/the-ending-of-its-name-is-its-format",
        the_ending_of_its_name_is_its_format);
    g_test_add_func(
        "/snapshot-file/a-file-is-replaced-by-a-whole-one", a_file_is_replaced_by_a_whole_one);
    g_test_add_func("/snapshot-file/a-device-is-written-to", a_device_is_written_to);
    g_test_add_func(
        "/snapshot-file/a-pipe-that-nobody-reads-is-left-alone",
        a_pipe_that_nobody_reads_is_left_alone);
    g_test_add_func(
        "/snapshot-file/the-variable-counts-as-it-was-at-the-start",
        the_variable_counts_as_it_was_at_the_start);
    g_test_add_func(
        "/snapshot-file/without-the-variable-there-is-no-file",
        without_the_variable_there_is_no_file);
    g_test_add_func(
        "/snapshot-file/what-cannot-be-written-changes-nothing",
        what_cannot_be_written_changes_nothing);
    g_test_add_func(
        "/snapshot-file/each-process-has-its-own-file-by-p", each_process_has_its_own_file_by_p);
    g_test_add_func(
        "/snapshot-file/without-p-the-file-is-that-of-the-first-process",
        without_p_the_file_is_that_of_the_first_process);
    g_test_add_func("/snapshot-file/a-signal-has-one-written", a_signal_has_one_written);
    g_test_add_func(
        "/snapshot-file/signals-may-come-at-any-moment", signals_may_come_at_any_moment);
    g_test_add_func(
        "/snapshot-file/what-cannot-be-asked-for-is-an-error",
        what_cannot_be_asked_for_is_an_error);
    if (!g_test_subprocess())
        directory = g_dir_make_tmp("snapshot-XXXXXX", NULL);
    int status = g_test_run();
    if (!g_test_subprocess())
        g_assert_cmpint(g_rmdir(directory), ==, 0);
    g_free(directory);
    return status;
}
