"""What memory was taken for and is not needed any more is given back: a password's hash takes 19 MiB."""

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 1024 * 1024
"""Bytes from which on a piece is asked of the system by itself, and given back to it as a whole."""

_ARENAS: Final = 2
"""So many heaps for all threads: one thread runs Python at a time, so that more of them wait for nothing less."""


def give_back_large_pieces() -> None:
    """From now on, in the whole process, where its C library is glibc, which else keeps what each thread has freed.

    Once a piece was freed, glibc takes the next one of its size from what the thread keeps: eight threads that have told
    one hash each keep 190 MB. What is smaller lies in a heap for each thread, sixteen on two cores, each of which keeps what
    the others could use.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_ARENA_MAX, _ARENAS)
    except (AttributeError, OSError, TypeError):  # another C library
        return
