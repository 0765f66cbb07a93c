"""Faults at a process's system calls: a forked child asks the test about every call that can change something.

The kernel does the asking (seccomp user notification, Linux 5.5): the call waits until the test lets it through,
makes it fail, or kills the child on its threshold. Nothing is compiled, traced or patched; only calls that touch
what is watched are counted.
"""

import ctypes
import errno
import fcntl
import os
import platform
import re
import select
import signal
import socket
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PATIENCE_S: Final = 60

KILLED: Final = "killed"
"""The child is killed before the call happens."""
TORN: Final = "torn"
"""The first half of what was to be written is written, then the child is killed."""
CUT: Final = "cut"
"""The connection is shut down in both directions, and the call meets what is left of it."""
ERRNOS: Final = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}
"""The call does not happen and fails so."""
FOR_GOOD: Final = frozenset({"ENOSPC"})
"""A full disk stays full: the calls after the struck one fail too."""

# name: numbers on x86_64 and aarch64 (None: not there), the argument holding the descriptor, that holding the path
_CALLS: Final[dict[str, tuple[int | None, int | None, int | None, int | None]]] = {
    "write": (1, 64, 0, None),
    "pwrite64": (18, 68, 0, None),
    "writev": (20, 66, 0, None),
    "pwritev": (296, 70, 0, None),
    "pwritev2": (328, 287, 0, None),
    "fsync": (74, 82, 0, None),
    "fdatasync": (75, 83, 0, None),
    "ftruncate": (77, 46, 0, None),
    "fallocate": (285, 47, 0, None),
    "fchmod": (91, 52, 0, None),
    "sendfile": (40, 71, 0, None),
    "copy_file_range": (326, 285, 2, None),
    "open": (2, None, None, 0),
    "openat": (257, 56, 0, 1),
    "mkdir": (83, None, None, 0),
    "mkdirat": (258, 34, 0, 1),
    "rename": (82, None, None, 0),
    "renameat": (264, 38, 0, 1),
    "renameat2": (316, 276, 0, 1),
    "link": (86, None, None, 0),
    "linkat": (265, 37, 0, 1),
    "unlink": (87, None, None, 0),
    "unlinkat": (263, 35, 0, 1),
    "sendto": (44, 206, 0, None),
    "recvfrom": (45, 207, 0, None),
}
_OPENS: Final = {"open": 1, "openat": 2}
"""Where these calls carry their flags; only the making of a file is a change."""
_AT_FDCWD: Final = -100


_BY_CHANCE = re.compile(r"\.[0-9a-f]{8}\.new$")
"""The part of a temporary file's name that is another one every time."""


@dataclass(frozen=True, slots=True)
class Call:
    """A system call about something watched: its name, and the file's name or `socket`."""

    name: str
    on: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at which of the watched calls, counted from 0."""

    at: int
    how: str


@dataclass(slots=True)
class Ended:
    """How a child ended: its exit status (negative: the signal), what it printed, and the watched calls it made."""

    status: int = 0
    out: str = ""
    err: str = ""
    calls: list[Call] = field(default_factory=list)
    struck: Call | None = None


def run(work: Callable[[], int], watched: Path | None, fault: Fault | None = None) -> Ended:
    """Does the work in a forked child; watches the files in a folder, its standard output and (None) its sockets."""
    ended = Ended()
    ours, theirs = socket.socketpair()
    with ours, theirs, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _be_the_child(work, theirs, out.fileno(), err.fileno())
        theirs.close()
        ours.settimeout(PATIENCE_S)
        _, handed, _, _ = socket.recv_fds(ours, 1, 1)
        listener = handed[0] if handed else -1
        if listener >= 0:
            answer = str(Path(f"/proc/{child}/fd/1").readlink())
            watch = _Watch(child, None if watched is None else str(watched.resolve()), answer)
            try:
                _stand_by(listener, watch, fault, ended)
            finally:
                os.close(listener)
        _, status = os.waitpid(child, 0)
        ended.status = os.waitstatus_to_exitcode(status)
        for name, stream in (("out", out), ("err", err)):
            stream.seek(0)
            setattr(ended, name, stream.read().decode("utf-8", errors="replace"))
    if listener < 0:
        raise OSError(f"system calls cannot be watched on this machine: {ended.err}")
    return ended


def _be_the_child(work: Callable[[], int], line: socket.socket, out: int, err: int) -> None:
    """The child: its streams are files, its calls are watched, and it ends as a program would."""
    status = 1
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        listener = _watched_from_now_on()
        socket.send_fds(line, [b"."], [listener])
        os.close(listener)
        line.close()
        status = work()
        sys.stdout.flush()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        try:
            sys.stderr.flush()
        finally:
            os._exit(status)


# --- what is asked of the kernel --------------------------------------------------------------------

_RECEIVE: Final = 0xC0502100
_ANSWER: Final = 0xC0182101
_GO_ON: Final = 1
_PIDFD_GETFD: Final = 438
_ASKED: Final = struct.Struct("=QIIiIQ6Q")
_ANSWERED: Final = struct.Struct("=QqiI")


def _numbers() -> dict[int, str]:
    column = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
    if column is None:
        raise OSError(f"the numbers of system calls on {platform.machine()} are not known")
    return {numbers[column]: name for name, numbers in _CALLS.items() if numbers[column] is not None}  # type: ignore[misc]


def _watched_from_now_on() -> int:
    """Installs the filter; returns the descriptor on which the calls are asked about."""
    load, equal, give = 0x20, 0x15, 0x06
    ask, allow = 0x7FC00000, 0x7FFF0000
    numbers = list(_numbers())
    lines = [(load, 0, 0, 0)]
    lines += [(equal, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    lines += [(give, 0, 0, allow), (give, 0, 0, ask)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(lines), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
        raise OSError(ctypes.get_errno(), "prctl")
    seccomp = {"x86_64": 317, "aarch64": 277}[platform.machine()]
    listener: int = libc.syscall(ctypes.c_long(seccomp), 1, 8, program)  # a filter, with a new listener
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


class _Watch:
    """Which calls of a child touch what is watched."""

    def __init__(self, child: int, folder: str | None, answer: str) -> None:
        self.child = child
        self.folder = folder
        self.answer = answer
        self.names = _numbers()

    def call(self, number: int, arguments: tuple[int, ...]) -> Call | None:
        """The call, None where it touches nothing watched."""
        name = self.names[number]
        _, _, descriptor, path = _CALLS[name]
        if path is not None:
            if name in _OPENS and not arguments[_OPENS[name]] & (os.O_CREAT | os.O_TRUNC):
                return None
            start = _AT_FDCWD if descriptor is None else ctypes.c_int(arguments[descriptor]).value
            where = self._named(start, arguments[path])
            if name in _OPENS and Path(where).exists():
                return None
        else:
            assert descriptor is not None
            where = self._opened(arguments[descriptor])
        if where == self.answer:
            return Call(name, "the answer")
        if self.folder is None:
            return Call(name, "socket") if where.startswith("socket:") else None
        inside = where == self.folder or where.startswith(self.folder + "/")
        return Call(name, _BY_CHANCE.sub(".new", Path(where).name)) if inside else None

    def _opened(self, descriptor: int) -> str:
        try:
            return str(Path(f"/proc/{self.child}/fd/{descriptor}").readlink())
        except OSError:
            return ""

    def _named(self, start: int, address: int) -> str:
        raw = self.memory(address, 4096).split(b"\0", 1)[0]
        root = Path(f"/proc/{self.child}", "cwd" if start == _AT_FDCWD else f"fd/{start}")
        return str(root.readlink() / os.fsdecode(raw))

    def cut(self, descriptor: int) -> None:
        """Shuts a connection of the child down; what is no socket stays as it is."""
        child = os.pidfd_open(self.child)
        taken = ctypes.CDLL(None).syscall(ctypes.c_long(_PIDFD_GETFD), child, ctypes.c_int(descriptor), 0)
        os.close(child)
        if taken >= 0:
            with suppress(OSError), socket.socket(fileno=taken) as connection:
                connection.shutdown(socket.SHUT_RDWR)

    def memory(self, address: int, size: int) -> bytes:
        """What stands in the child's memory; less than asked for at the end of a mapping."""
        with Path(f"/proc/{self.child}/mem").open("rb", buffering=0) as memory:
            first = min(size, 4096 - address % 4096)
            found = os.pread(memory.fileno(), first, address)
            if size > first and (first == len(found)):
                try:
                    found += os.pread(memory.fileno(), size - first, address + first)
                except OSError:
                    return found
            return found


def _stand_by(listener: int, watch: _Watch, fault: Fault | None, ended: Ended) -> None:
    """Answers the child's calls until it is gone."""
    child = os.pidfd_open(watch.child)
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    waiting.register(child, select.POLLIN)
    deadline = time.monotonic() + PATIENCE_S
    try:
        while True:
            ready = dict(waiting.poll(1000))
            if ready.get(listener, 0) & select.POLLIN:
                _decide(listener, watch, fault, ended)
            elif ready:
                return
            elif time.monotonic() > deadline:
                os.kill(watch.child, signal.SIGKILL)
                raise TimeoutError(f"the child did not end: {ended.calls[-3:]}")
    finally:
        os.close(child)


def _decide(listener: int, watch: _Watch, fault: Fault | None, ended: Ended) -> None:
    asked = bytearray(_ASKED.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, asked)
    except OSError:  # it was killed by somebody else meanwhile
        return
    ask, _, _, number, _, _, *arguments = _ASKED.unpack(asked)
    call = watch.call(number, tuple(arguments))
    strikes = False
    if call is not None:
        place = len(ended.calls)
        ended.calls.append(call)
        strikes = fault is not None and (place == fault.at or (place > fault.at and fault.how in FOR_GOOD))
    if not strikes or fault is None:
        _answer(listener, _ANSWERED.pack(ask, 0, 0, _GO_ON))
        return
    ended.struck = ended.struck or call
    if fault.how in ERRNOS:
        _answer(listener, _ANSWERED.pack(ask, 0, -ERRNOS[fault.how], 0))
        return
    if fault.how == CUT:
        watch.cut(arguments[0])
        _answer(listener, _ANSWERED.pack(ask, 0, 0, _GO_ON))
        return
    if fault.how == TORN and call is not None and call.name in ("write", "pwrite64"):
        _write_half(watch, call.name, tuple(arguments))
    os.kill(watch.child, signal.SIGKILL)


def _answer(listener: int, reply: bytes) -> None:
    try:
        fcntl.ioctl(listener, _ANSWER, reply)
    except OSError:  # the child is gone
        return


def _write_half(watch: _Watch, name: str, arguments: tuple[int, ...]) -> None:
    descriptor, address, size, offset = arguments[:4]
    half = watch.memory(address, size)[: size // 2]
    with Path(f"/proc/{watch.child}/fd/{descriptor}").open("r+b", buffering=0) as file:
        if name == "pwrite64":
            os.pwrite(file.fileno(), half, offset)
        else:
            os.write(file.fileno(), half)
