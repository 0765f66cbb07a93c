"""A process that checked passwords on many threads keeps none of the memory that it took for them."""

import platform
import subprocess
import sys

import pytest

_SEVERAL = """
import threading
from pathlib import Path

from web.malloc import give_back_large_pieces
from web.passwords import hashed

def memory():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:"))

give_back_large_pieces()
hashed("a whole sentence")
before, met = memory(), threading.Barrier(6)

def work():
    met.wait()
    for _ in range(3):
        hashed("a whole sentence")
    met.wait()  # each of them is still there when it is measured
    met.wait()

threads = [threading.Thread(target=work) for _ in range(5)]
for thread in threads:
    thread.start()
met.wait()
met.wait()
print(memory() - before)
met.wait()
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is freed for each thread"
)
def test_what_passwords_took_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _SEVERAL], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 30


_HEAPS = """
import ctypes
import threading

from web.malloc import give_back_large_pieces

give_back_large_pieces()
met = threading.Barrier(7)

def work():
    held = [bytes(2_000) for _ in range(50)]
    met.wait()  # each of them is still there when it is counted
    met.wait()

for _ in range(6):
    threading.Thread(target=work).start()
met.wait()
ours = ctypes.CDLL(None)
ours.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(ours.fdopen(1, b"w"))
ours.malloc_info(0, out)
ours.fflush(out)
met.wait()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap for each thread")
def test_threads_share_two_heaps() -> None:
    done = subprocess.run([sys.executable, "-c", _HEAPS], capture_output=True, text=True, check=True)
    assert 0 < done.stdout.count("<heap nr=") <= 2
