/* SPDX-License-Identifier: BSD-3-Clause
 * Text on its way to a file or to the caller's buffer. Nothing is allocated. */
#ifndef ZMI_TEXT_H
#define ZMI_TEXT_H

#include <stddef.h>

struct zmi_text {
    int fd;       /* below 0: to buffer */
    char *buffer; /* of size bytes, what does not fit is left out */
    size_t size;
    size_t length;  /* of all text so far */
    size_t waiting; /* bytes of chunk, for fd */
    int error;      /* the first one of write(2), by errno; it stays */
    char chunk[512];
};

void zmi_text_to_file(struct zmi_text *text, int fd);
void zmi_text_to_buffer(struct zmi_text *text, char *buffer, size_t size);

/* One piece of at most 255 bytes, as printf(3) makes it. */
__attribute__((format(printf, 2, 3))) void
zmi_text_add(struct zmi_text *text, const char *format, ...);

/* Writes what waits, and ends the buffer with a 0 byte. Returns 0 or an errno value. */
int zmi_text_end(struct zmi_text *text);

#endif
