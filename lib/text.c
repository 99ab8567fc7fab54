/* SPDX-License-Identifier: BSD-3-Clause
 * Text on its way out, in pieces small enough for the stack. */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 };

void zmi_text_to_file(struct zmi_text *text, int fd)
{
    text->fd = fd;
    text->buffer = NULL;
    text->size = text->length = text->waiting = 0;
    text->error = 0;
}

void zmi_text_to_buffer(struct zmi_text *text, char *buffer, size_t size)
{
    zmi_text_to_file(text, -1);
    text->buffer = buffer;
    text->size = size;
}

static void write_chunk(struct zmi_text *text)
{
    for (size_t done = 0; done < text->waiting && text->error == 0;) {
        ssize_t written = write(text->fd, text->chunk + done, text->waiting - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            text->error = errno;
    }
    text->waiting = 0;
}

static void to_file(struct zmi_text *text, const char *piece, size_t length)
{
    if (length > sizeof(text->chunk) - text->waiting)
        write_chunk(text);
    memcpy(text->chunk + text->waiting, piece, length);
    text->waiting += length;
}

static void to_buffer(struct zmi_text *text, const char *piece, size_t length)
{
    if (text->length < text->size) {
        size_t room = text->size - text->length;
        memcpy(text->buffer + text->length, piece, length < room ? length : room);
    }
}

void zmi_text_add(struct zmi_text *text, const char *format, ...)
{
    char piece[PIECE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(piece, sizeof(piece), format, arguments);
    va_end(arguments);
    size_t bytes = length < 0 ? 0 : (size_t)length < sizeof(piece) ? (size_t)length : PIECE - 1;
    if (text->fd >= 0)
        to_file(text, piece, bytes);
    else
        to_buffer(text, piece, bytes);
    text->length += bytes;
}

int zmi_text_end(struct zmi_text *text)
{
    if (text->fd >= 0)
        write_chunk(text);
    else if (text->size > 0)
        text->buffer[text->length < text->size ? text->length : text->size - 1] = '\0';
    return text->error;
}
