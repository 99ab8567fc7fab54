/* SPDX-License-Identifier: BSD-3-Clause
 * The table of size classes, filled as blocks come: to fill it beforehand would take blocks of every
 * class, and with them start-up time and pages that a program may never need. */
#include "backend/backend.h"

_Atomic(uint16_t) zmi_size_classes[SIZE_CLASS_LARGEST / SIZE_CLASS_STEP + 1];
atomic_bool zmi_size_classes_off;

static void switch_off(void)
{
    atomic_store(&zmi_size_classes_off, true);
    for (size_t row = 0; row < sizeof(zmi_size_classes) / sizeof(zmi_size_classes[0]); row++)
        atomic_store(&zmi_size_classes[row], 0);
}

/* Believed only where the block and the rule, for all requests of the row and for the class itself,
 * say the same. */
static bool keeps_the_rule(size_t row, size_t usable)
{
    size_t largest = backend_size_for_any_type(row * SIZE_CLASS_STEP);
    size_t smallest = backend_size_for_any_type(row == 0 ? 0 : (row - 1) * SIZE_CLASS_STEP + 1);
    return zmi_backend_good_size(largest) == usable && zmi_backend_good_size(smallest) == usable &&
           zmi_backend_good_size(usable) == usable;
}

size_t zmi_size_class_ask(void *ptr, size_t size)
{
    size_t usable = allocator_usable_size(ptr);
    if (size > SIZE_CLASS_LARGEST || atomic_load(&zmi_size_classes_off))
        return usable;
    size_t row = (size + SIZE_CLASS_STEP - 1) / SIZE_CLASS_STEP;
    if (!keeps_the_rule(row, usable)) {
        switch_off();
        return usable;
    }
    atomic_store(&zmi_size_classes[row], (uint16_t)usable);
    /* Another thread may have switched the table off, and cleared this row, in between. */
    if (atomic_load(&zmi_size_classes_off))
        atomic_store(&zmi_size_classes[row], 0);
    return usable;
}

/* ---- Off the hot path ------------------------------------------------------------------------ */

static void *count(void *ptr, size_t size, size_t *usable)
{
    return ptr == NULL ? NULL : size_class_count(ptr, zmi_size_class_ask(ptr, size), usable);
}

void *zmi_size_class_malloc(size_t size, size_t *usable)
{
    return size > PTRDIFF_MAX
               ? NULL
               : count(allocator_malloc(backend_size_for_any_type(size)), size, usable);
}

void *zmi_size_class_calloc(size_t size, size_t *usable)
{
    return size > PTRDIFF_MAX
               ? NULL
               : count(allocator_calloc(backend_size_for_any_type(size)), size, usable);
}

void zmi_size_class_free(void *ptr)
{
    backend_free(ptr, NULL);
}
