/* SPDX-License-Identifier: BSD-3-Clause
 * What the programs here have in common: a line a rule, both values in it. They are programs like
 * those of users, so no test library is linked that would bring a malloc() or a zlib of its own. */
#ifndef TESTS_COEXISTENCE_EXPECT_H
#define TESTS_COEXISTENCE_EXPECT_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static int failures;

static inline void expect(int holds, const char *rule, size_t found, size_t expected)
{
    failures += !holds;
    printf("%s - %s (%zu, expected %zu)\n", holds ? "ok" : "not ok", rule, found, expected);
}

static inline void expect_equal(const char *rule, size_t found, size_t expected)
{
    expect(found == expected, rule, found, expected);
}

static inline void expect_text(const char *rule, const char *found, const char *part)
{
    if (found == NULL)
        found = "nothing";
    int holds = strstr(found, part) != NULL;
    failures += !holds;
    printf("%s - %s (%s, expected %s)\n", holds ? "ok" : "not ok", rule, found, part);
}

#endif
