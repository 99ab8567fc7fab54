/* SPDX-License-Identifier: BSD-3-Clause
 * The sources of renaming.c. Each returns how many rules did not hold. */
#ifndef TESTS_COMPAT_RENAMING_H
#define TESTS_COMPAT_RENAMING_H

int renamed_before(void);
int renamed_before_in_no_age(void);
int renamed_after(void);
int renamed_with_a_copy(void);

#endif
