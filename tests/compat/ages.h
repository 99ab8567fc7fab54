/* SPDX-License-Identifier: BSD-3-Clause
 * The callers of each age: a file each, compiled with the age defined. They return how many rules
 * did not hold. */
#ifndef TESTS_COMPAT_AGES_H
#define TESTS_COMPAT_AGES_H

#define AGES(X)                                                                                    \
    X(redis_20600)                                                                                 \
    X(redis_20800)                                                                                 \
    X(redis_30000)                                                                                 \
    X(redis_40000)                                                                                 \
    X(redis_50000)                                                                                 \
    X(redis_60000)                                                                                 \
    X(redis_60200)                                                                                 \
    X(redis_70000)                                                                                 \
    X(redis_70400)                                                                                 \
    X(redis_80200)                                                                                 \
    X(valkey_80000)

#define DECLARE(name) int name(void);
AGES(DECLARE)
#undef DECLARE

#endif
