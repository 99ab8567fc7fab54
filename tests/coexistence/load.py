# SPDX-License-Identifier: BSD-3-Clause
"""A program that was not linked with the library loads it late, as a binding of another language
does: load.py LIBRARY ALLOCATOR ANSWER [REFUSAL]
Also in a thread that was there before. ANSWER: of zmalloc_check(). Where a refusal is expected, it has
to have this text."""
import ctypes
import sys
import threading

path, allocator, answer, *refusal = sys.argv[1:]
failed = False
loaded, called = threading.Event(), threading.Event()


def check(rule, found, expected):
    global failed
    failed |= found != expected
    print(f"{'ok' if found == expected else 'not ok'} - {rule} ({found}, expected {expected})")


def allocate_and_free(who):
    block = library.libzmalloc_malloc(1000)
    check(f'{who} holds what it allocated', library.libzmalloc_used_memory(),
          library.libzmalloc_size(block))
    library.libzmalloc_free(block)
    check(f'{who} gives it back', library.libzmalloc_used_memory(), 0)


def older_thread():
    loaded.wait()
    if library is not None:
        allocate_and_free('a thread older than the library')
    called.set()


def close(handle):
    dlclose = ctypes.CDLL(None).dlclose
    dlclose.argtypes = [ctypes.c_void_p]
    return dlclose(handle)


library = None
older = threading.Thread(target=older_thread)
older.start()
try:
    library = ctypes.CDLL(path)
    library.libzmalloc_lib.restype = ctypes.c_char_p
    library.libzmalloc_malloc.restype = ctypes.c_void_p
    library.libzmalloc_malloc.argtypes = [ctypes.c_size_t]
    library.libzmalloc_free.argtypes = [ctypes.c_void_p]
    library.libzmalloc_size.restype = ctypes.c_size_t
    library.libzmalloc_size.argtypes = [ctypes.c_void_p]
    library.libzmalloc_used_memory.restype = ctypes.c_size_t
    error = None
except OSError as reason:
    error = str(reason)
if refusal:
    check('dlopen() refuses it, and says why',
          error is not None and error.endswith(refusal[0]) and error, error or refusal[0])
else:
    check('dlopen() loads it', error, None)
loaded.set()
called.wait()
older.join()
if library is not None:
    allocate_and_free('the first thread')
    name = library.libzmalloc_lib().decode()
    check('it is the allocator that it says', name.split('-')[0], allocator)
    report = ctypes.create_string_buffer(4096)
    check('zmalloc_check() answers', library.libzmalloc_check(report, len(report)), int(answer))
    print(report.value.decode())
    check('dlclose() succeeds', close(library._handle), 0)
sys.exit(failed)
