"""What a large piece of memory was taken for is given back: a password's hash takes 19 MiB."""

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 1024 * 1024
"""Bytes from which on a piece is asked of the system by itself, and given back to it as a whole."""


def give_back_large_pieces() -> None:
    """From now on, in the whole process, where its C library is glibc, which else keeps what each thread has freed.

    Once a piece was freed, glibc takes the next one of its size from what the thread keeps: eight threads that have told
    one hash each keep 190 MB.
    """
    try:
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
    except (AttributeError, OSError, TypeError):  # another C library
        return
