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

    def qr(self) -> str:
        """The QR code as SVG, with its quiet zone."""
        written = io.BytesIO()
        segno.make_qr(self.qr_text(), error="m").save(written, kind="svg", xmldecl=False, border=4)
        return written.getvalue().decode()
