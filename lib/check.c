/* SPDX-License-Identifier: BSD-3-Clause
 * zmalloc_check(): an experiment with blocks, what it says of the allocator, and who gives malloc()
 * and free() to the process. The allocator's own part is in its backend. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <zmalloc.h>

#include "backend/backend.h"
#include "internal.h"
#include "object.h"

/* ---- The experiment -------------------------------------------------------------------------- */

/* Larger than what allocators keep per thread uncounted, smaller than what they take from the
 * system for one block alone. Its rest, and what lies around it, is at most a large page. */
enum { LARGE = 60000, SMALL = 24, SLACK = 65536 };

/* Other threads move the counters of most allocators, too: a step is tried until none did. */
enum { TRIES = 64 };

enum moves {
    MOVES,       /* up by a block, and back by as much */
    STANDS,      /* by neither, most of the time */
    MOVES_OTHERS /* never by one block alone */
};

/* As sizes: a step in the other direction is larger than any block. */
static bool is_block(size_t up, size_t down, size_t bytes)
{
    return up == down && up >= bytes && up - bytes <= SLACK;
}

/* Whether the allocator's counter follows blocks that these two functions make and free. */
static enum moves counter_moves(void *(*make)(size_t), void (*give_back)(void *), bool *no_memory)
{
    bool (*held)(size_t *) = zmi_backend_identity()->held;
    unsigned stood = 0;
    for (unsigned i = 0; i < TRIES; i++) {
        size_t before, with, after;
        if (!held(&before))
            return MOVES_OTHERS;
        void *volatile block = make(LARGE); /* or the compiler does without it */
        if (block == NULL) {
            *no_memory = true;
            return MOVES_OTHERS;
        }
        bool counted = held(&with);
        give_back(block);
        if (!counted || !held(&after))
            return MOVES_OTHERS;
        if (is_block(with - before, with - after, LARGE))
            return MOVES;
        stood += with == before && after == before;
    }
    return stood > TRIES / 2 ? STANDS : MOVES_OTHERS;
}

struct findings {
    bool no_memory;
    enum moves counter;
    bool has_counter;
    enum backend_owns owns;
    /* Where sizes disagree: what was asked, and what the block had when made and when freed. */
    size_t asked, made, freed;
    bool sizes_agree;
};

static void try_block(struct findings *found, size_t size)
{
    size_t made, freed;
    void *block = ztrymalloc_usable(size, &made);
    if (block == NULL) {
        found->no_memory = true;
        return;
    }
    size_t counted = zmalloc_size(block);
    if (zmi_backend_identity()->owns != NULL && found->owns != BACKEND_OWNS_NOT)
        found->owns = zmi_backend_identity()->owns(block);
    zfree_usable(block, &freed);
    if (found->sizes_agree && (made < size || made != freed || counted < size)) {
        found->sizes_agree = false;
        found->asked = size;
        found->made = made;
        found->freed = freed;
    }
}

static bool process_malloc_is_counted(void)
{
    const struct backend_identity *allocator = zmi_backend_identity();
    bool no_memory = false;
    return counter_moves(allocator->process_malloc, allocator->process_free, &no_memory) == MOVES;
}

static struct findings experiment(void)
{
    struct findings found = {
        .counter = MOVES_OTHERS,
        .owns = BACKEND_CANNOT_TELL,
        .sizes_agree = true,
    };
    const struct backend_identity *allocator = zmi_backend_identity();
    size_t bytes;
    try_block(&found, SMALL);
    try_block(&found, LARGE);
    found.has_counter = allocator->held != NULL && allocator->held(&bytes) &&
                        (allocator->function != NULL || process_malloc_is_counted());
    if (found.has_counter)
        found.counter = counter_moves(ztrymalloc, zfree, &found.no_memory);
    return found;
}

/* ---- The process ----------------------------------------------------------------------------- */

static bool is_elsewhere(const char *name, struct object owner)
{
    struct object object = zmi_object_of(name);
    return object.base != NULL && object.base != owner.base;
}

/* A function that is not of the object file that gives malloc(), and should be, or NULL. Wrappers of
 * the C library's functions need not wrap them all: where its counter moves, blocks are its own. */
static const char *stray_function(const struct findings *found, struct object owner)
{
    const struct backend_identity *allocator = zmi_backend_identity();
    if (allocator->function == NULL && found->counter == MOVES)
        return NULL;
    if (is_elsewhere("free", owner))
        return "free";
    if (allocator->function != NULL)
        return NULL;
    for (const char *const *name = allocator->process_functions; *name != NULL; name++) {
        if (is_elsewhere(*name, owner))
            return *name;
    }
    return NULL;
}

/* ---- The report ------------------------------------------------------------------------------ */

struct report {
    char *at;
    size_t room; /* the 0 byte included */
};

__attribute__((format(printf, 2, 3))) static void
say(struct report *report, const char *format, ...)
{
    va_list arguments;
    if (report->room == 0)
        return;
    va_start(arguments, format);
    int length = vsnprintf(report->at, report->room, format, arguments);
    va_end(arguments);
    size_t written = length < 0 ? 0 : (size_t)length;
    if (written >= report->room)
        written = report->room - 1;
    report->at += written;
    report->room -= written;
    *report->at = '\0';
}

static const char *file_of(struct object object)
{
    return object.file == NULL || object.file[0] == '\0' ? "(unknown)" : object.file;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static int judge(const struct findings *found, struct report *report)
{
    const struct backend_identity *allocator = zmi_backend_identity();
    if (!found->sizes_agree) {
        say(report,
            "MISMATCH: a block of %zu bytes had %zu usable when it was made, %zu when it was freed",
            found->asked, found->made, found->freed);
        return ZMALLOC_CHECK_MISMATCH;
    }
    if (found->owns == BACKEND_OWNS_NOT) {
        say(report, "MISMATCH: it does not own a block that was just made");
        return ZMALLOC_CHECK_MISMATCH;
    }
    if (found->has_counter && found->counter == STANDS) {
        say(report, "MISMATCH: its counter does not move by a block of %d bytes", LARGE);
        return ZMALLOC_CHECK_MISMATCH;
    }
    if (found->no_memory) {
        say(report, "UNPROVEN: no memory for a block");
        return ZMALLOC_CHECK_UNPROVEN;
    }
    if (found->counter == MOVES) {
        say(report, "proven: its counter moves by a block");
        return 0;
    }
    if (found->owns == BACKEND_OWNS) {
        say(report, "proven: it owns a block");
        return 0;
    }
    if (found->has_counter)
        say(report, "UNPROVEN: other threads move its counter, too");
    else if (allocator->function == NULL && allocator->held != NULL)
        say(report, "UNPROVEN: the C library does not count what malloc() gives here");
    else
        say(report, "UNPROVEN: it has no counter to be read");
    return ZMALLOC_CHECK_UNPROVEN;
}

static int check(struct report *report)
{
    void *function = zmi_backend_identity()->function;
    struct object owner = zmi_object_of("malloc");
    struct object allocator = function == NULL ? owner : zmi_object_at(function);
    struct findings found = experiment();
    const char *stray = stray_function(&found, owner);
    say(report, "%s in %s: ", zmi_backend_name(), file_of(allocator));
    int result = judge(&found, report);
    if (stray == NULL) {
        say(report, "; malloc() and free() are those of %s", file_of(owner));
        return result;
    }
    say(report, "; MISMATCH: malloc() is that of %s, but %s() that of %s", file_of(owner), stray,
        file_of(zmi_object_of(stray)));
    return ZMALLOC_CHECK_MISMATCH;
}

ZMI_EXPORT int zmalloc_check(char *report, size_t size)
{
    int saved_errno = errno;
    struct report line = {report, report == NULL ? 0 : size};
    int result = check(&line);
    errno = saved_errno;
    return result;
}
