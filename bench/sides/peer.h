/* SPDX-License-Identifier: BSD-3-Clause
 * A peer: any library with functions like ours, by pointers that peer.c fills in. A call through a
 * pointer in memory is what a PLT entry does too, so it costs a peer nothing. */
#define SIDE_READS (peer.used != NULL)
#define SIDE_REALLOCS (peer.realloc != NULL)

extern struct peer {
    void *(*malloc)(size_t size);
    void (*free)(void *ptr);
    void *(*realloc)(void *ptr, size_t size);
    size_t (*used)(void);
} peer;

/* Looks the functions up in a library that is loaded already: file, malloc, free, realloc, used. An
 * empty name stands for none, in the last two. Ends the program if one is not there. */
enum { PEER_ARGUMENTS = 5 };
void peer_open(char *arguments[PEER_ARGUMENTS]);
#define SIDE_OPEN peer_open

static inline void *side_malloc(size_t size)
{
    return peer.malloc(size);
}

static inline void *side_realloc(void *ptr, size_t size)
{
    return peer.realloc(ptr, size);
}

static inline void side_free(void *ptr)
{
    peer.free(ptr);
}

static inline void side_free_sized(void *ptr, size_t size)
{
    (void)size;
    peer.free(ptr);
}

static inline size_t side_used(void)
{
    return peer.used == NULL ? 0 : peer.used();
}

static inline size_t side_usable(void *ptr)
{
    (void)ptr;
    return 0;
}
