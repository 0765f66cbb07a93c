"""Where the event behind a form stands: position, hash, and the checkpoint that covers it; as text and as a QR code."""

import io
from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Anchor:
    """An event's place in the ledger. `size` and `root` (base64) are those of a checkpoint; None: not signed yet."""

    identity: str
    position: int
    hash: str
    size: int | None = None
    root: str | None = None

    def qr_text(self) -> str:
        """What the QR code says (papers §17)."""
        signed = "" if self.root is None else f"&c={self.size}&r={self.root}"
        return f"kaoji:1?l={self.identity}&p={self.position}&h={self.hash}{signed}"

    def qr(self, fills: bool = False) -> str:
        """The QR code as SVG, with its quiet zone; `fills`: it takes the size of where it stands."""
        written = io.BytesIO()
        code = segno.make_qr(self.qr_text(), error="m")
        code.save(written, kind="svg", xmldecl=False, border=4, omitsize=fills)
        return written.getvalue().decode()
