/* SPDX-License-Identifier: BSD-3-Clause
 * zlib in the same program, as its static archive: it has a zcalloc() of its own with another type,
 * and a struct whose fields are called zalloc and zfree. Compiled with each of the two headers
 * first. */
#ifdef ZMALLOC_FIRST
#    include <zmalloc.h>

#    include <zlib.h>
#else
#    include <zlib.h>

#    include <zmalloc.h>
#endif
#include <stdlib.h>

#include "expect.h"

enum { TEXT_SIZE = 200000 };

/* zlib's own, which z_stream gets where it has no hooks; it declares it to nobody. */
void *zlibs_zcalloc(void *opaque, unsigned items, unsigned size) __asm__("zcalloc");

/* ---- Hooks ----------------------------------------------------------------------------------- */

/* What zlib holds by its hooks, as they were called. */
struct tally {
    size_t bytes;
    unsigned calls;
};

static void *allocate(void *opaque, unsigned items, unsigned size)
{
    struct tally *tally = opaque;
    void *block = zcalloc_num(items, size);
    tally->calls++;
    tally->bytes += zmalloc_size(block);
    return block;
}

static void give_back(void *opaque, void *block)
{
    struct tally *tally = opaque;
    tally->bytes -= zmalloc_size(block);
    zfree(block);
}

/* ---- A round trip ---------------------------------------------------------------------------- */

static unsigned char text[TEXT_SIZE], packed[TEXT_SIZE], unpacked[TEXT_SIZE];

static z_stream
stream_with(struct tally *tally, unsigned char *in, size_t in_size, unsigned char *out)
{
    z_stream stream;
    memset(&stream, 0, sizeof(stream));
    if (tally != NULL) {
        stream.zalloc = allocate;
        stream.zfree = give_back;
        stream.opaque = tally;
    }
    stream.next_in = in;
    stream.avail_in = (unsigned)in_size;
    stream.next_out = out;
    stream.avail_out = TEXT_SIZE;
    return stream;
}

/* tally NULL: on zlib's own allocation. */
static void round_trip(struct tally *tally)
{
    size_t before = zmalloc_used_memory();
    z_stream deflater = stream_with(tally, text, sizeof(text), packed);
    int status = deflateInit(&deflater, 6);
    expect_equal("zlib starts to pack", (size_t)status, Z_OK);
    size_t held = tally == NULL ? 0 : tally->bytes;
    if (tally != NULL)
        expect(held > 100000, "zlib's state is in our blocks", held, 100000);
    expect_equal("what zlib holds is counted", zmalloc_used_memory() - before, held);
    status = deflate(&deflater, Z_FINISH);
    expect_equal("zlib packs", (size_t)status, Z_STREAM_END);
    size_t packed_size = deflater.total_out;
    deflateEnd(&deflater);
    expect_equal("it gives all back", zmalloc_used_memory(), before);

    memset(unpacked, 0, sizeof(unpacked));
    z_stream inflater = stream_with(tally, packed, packed_size, unpacked);
    expect_equal("zlib starts to unpack", (size_t)inflateInit(&inflater), Z_OK);
    status = inflate(&inflater, Z_FINISH);
    expect_equal("zlib unpacks", (size_t)status, Z_STREAM_END);
    held = tally == NULL ? 0 : tally->bytes;
    expect_equal("what it holds then is counted", zmalloc_used_memory() - before, held);
    inflateEnd(&inflater);
    expect_equal("it gives that back, too", zmalloc_used_memory(), before);
    expect_equal("the text is what it was", (size_t)memcmp(text, unpacked, sizeof(text)), 0);
}

/* ---- Two functions of one name --------------------------------------------------------------- */

static void each_zcalloc_is_its_own(void)
{
    size_t size = 50000, set = 0;
    unsigned char *ours = zcalloc(size);
    expect(zmalloc_size(ours) >= size, "zcalloc() is ours", zmalloc_size(ours), size);
    expect_equal("and counted", zmalloc_used_memory(), zmalloc_size(ours));
    for (size_t i = 0; i < size; i++)
        set += ours[i] != 0;
    expect_equal("and zero", set, 0);
    size_t used = zmalloc_used_memory();
    void *zlibs = zlibs_zcalloc(NULL, 1000, 50);
    expect(zlibs != NULL, "zlib's zcalloc() is zlib's", 0, 0);
    expect_equal("and not counted", zmalloc_used_memory(), used);
    free(zlibs);
    zfree(ours);
    expect_equal("both go back where they came from", zmalloc_used_memory(), 0);
}

int main(void)
{
    struct tally tally = {0, 0};
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (unsigned char)(i * i / 1000);
    round_trip(&tally);
    expect(tally.calls > 2, "its hooks were called", tally.calls, 3);
    expect_equal("and give back all that they gave", tally.bytes, 0);
    round_trip(NULL);
    each_zcalloc_is_its_own();
    return failures != 0;
}
