"""Where the event behind a form stands: position, hash, and the checkpoint that covers it; as text and as a QR code."""

from dataclasses import dataclass

from ledger.documents.qr import qr_svg
from ledger.labels.messages import Labels


@dataclass(frozen=True, slots=True)
class Anchor:
    """An event's place in the ledger. `checkpoint`: the signed note that covers it; None: not signed yet."""

    identity: str
    position: int
    hash: str
    checkpoint: bytes | None = None

    def signed(self) -> tuple[str, str] | None:
        """Size and root (base64) of the checkpoint."""
        if self.checkpoint is None:
            return None
        _, size, root, *_ = self.checkpoint.decode().splitlines()
        return size, root

    def qr_text(self) -> str:
        """What the QR code says (papers §17)."""
        told = self.signed()
        signed = "" if told is None else f"&c={told[0]}&r={told[1]}"
        return f"kaoji:1?l={self.identity}&p={self.position}&h={self.hash}{signed}"

    def told(self, labels: Labels) -> list[str]:
        """The lines that say where the event stands, and which checkpoint covers it."""
        event = labels.form("anchor_event", position=self.position, hash=self.hash[:24])
        signed = self.signed()
        if signed is None:
            return [event, labels.form("anchor_unsigned")]
        return [event, labels.form("anchor_checkpoint", size=signed[0], root=signed[1][:20])]

    def qr(self, fills: bool = False) -> str:
        """The QR code as SVG, with its quiet zone; `fills`: it takes the size of where it stands."""
        return qr_svg(self.qr_text(), fills) or ""  # what it says is never too long
