"""What stdout and stderr are to a command: open at least, and read for as long as somebody wants."""

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _UntilUnread(io.FileIO):
    """A stream whose reader may have seen enough: what is left goes nowhere, and the command goes on to its own end."""

    def write(self, b: "ReadableBuffer", /) -> int:
        """Writes to the reader; where there is none any more, to nobody."""
        try:
            return super().write(b)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return super().write(b)


_FIRST: list[object] = []
"""The streams the process began with, which would close theirs when nobody has them any more."""


def prepare() -> None:
    """Streams that are open and write UTF-8; a reader who leaves early takes no finding out of the exit status."""
    _open_what_is_closed()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper):
            continue
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        if isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO):
            setattr(sys, name, _until_unread(stream))


def _until_unread(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """The same stream, which nobody needs to read to its end."""
    _FIRST.append(stream)
    stream.flush()
    raw = _UntilUnread(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        raw if isinstance(stream.buffer, io.FileIO) else io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _open_what_is_closed() -> None:
    """Opens what was closed beforehand on the empty device, lest a file of ours takes its number.

    Where stdout was closed whatever is written fails, so that it is told that the answer went nowhere.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
