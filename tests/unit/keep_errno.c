/* SPDX-License-Identifier: BSD-3-Clause
 * errno across a call that changes it, in every thread. */
#include "backend/keep_errno.h"

#include <errno.h>
#include <glib.h>
#include <pthread.h>

static void *change_and_restore(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 2; i++) { /* the first time its address is not known yet */
        errno = EXDEV;
        struct kept_errno kept = keep_errno();
        errno = EINVAL;
        restore_errno(kept);
        g_assert_cmpint(errno, ==, EXDEV);
        g_assert_true(zmi_thread.errno_address == &errno);
    }
    return NULL;
}

static void errno_is_what_it_was(void)
{
    change_and_restore(NULL);
    for (unsigned i = 0; i < 10; i++) {
        pthread_t thread;
        g_assert_cmpint(pthread_create(&thread, NULL, change_and_restore, NULL), ==, 0);
        g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keep-errno/errno-is-what-it-was", errno_is_what_it_was);
    return g_test_run();
}
