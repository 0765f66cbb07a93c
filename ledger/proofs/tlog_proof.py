"""The one-file inclusion proof (C2SP tlog-proof): index, path and checkpoint as text, for anyone's tools.

c2sp.org/tlog-proof@v1
extra <base 64>         optional; not authenticated, never to be trusted
index <n>               from 0
<path>                  one hash a line, from the leaf's sibling to the root's child

<checkpoint>            the signed note, verbatim
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .checkpoint import OpenedCheckpoint, open_checkpoint
from .errors import MalformedProof
from .keys import Verifier
from .merkle import verify_inclusion
from .wire import read_base64, read_decimal, read_path, read_text, write_base64

HEADER: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That something stands at `index` in the tree of a checkpoint; not yet believed."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def encode(self) -> bytes:
        """The proof's text (tlog-proof, “Format”)."""
        extra = [f"extra {write_base64(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(write_base64, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> "TlogProof":
        """The proof of such bytes; MalformedProof for anything else. The checkpoint in it is not read yet."""
        head, blank, checkpoint = raw.partition(b"\n\n")
        if not blank:
            raise MalformedProof("a proof has an empty line before the checkpoint")
        lines = read_text(head, MalformedProof, "a proof").split("\n")
        if lines.pop(0) != HEADER:
            raise MalformedProof(f"a proof begins with {HEADER}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = read_base64(lines.pop(0).removeprefix("extra "), MalformedProof, "the extra line")
            if not extra:
                raise MalformedProof("an extra line says something")
        if not lines or not lines[0].startswith("index "):
            raise MalformedProof("a proof names the index")
        index = read_decimal(lines.pop(0).removeprefix("index "), MalformedProof, "the index")
        return cls(index, read_path(lines), checkpoint, extra)

    def verify(self, leaf: bytes, verifiers: Iterable[Verifier]) -> OpenedCheckpoint:
        """The checkpoint, if its log signed it and the leaf hash stands at the index under its root."""
        opened = open_checkpoint(self.checkpoint, verifiers)
        checkpoint = opened.checkpoint
        verify_inclusion(self.index, checkpoint.size, leaf, self.path, checkpoint.root)
        return opened
