/* SPDX-License-Identifier: BSD-3-Clause
 * What every file of the library shares: symbol visibility, branch hints. Functions that cross
 * files are zmi_-prefixed and declared in the header of their own noun, not here. */
#ifndef ZMI_INTERNAL_H
#define ZMI_INTERNAL_H

/* Everything is built hidden; a function of <zmalloc.h> is exported where it is defined. */
#define ZMI_EXPORT __attribute__((visibility("default")))

#define ZMI_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define ZMI_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Keeps a path that is rarely taken out of the hot one's instruction cache and registers. */
#define ZMI_COLD __attribute__((cold, noinline))

/* For functions whose cost is that of the calls they hold: whatever is constant in the caller
 * goes away. */
#define ZMI_INLINE static inline __attribute__((always_inline))

#endif
