"""A small log as the store would keep one: events, their leaves, signed checkpoints, receipts."""

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256

from hypothesis import settings

from ledger.proofs import (
    LOG,
    WITNESS,
    Checkpoint,
    Envelope,
    Receipt,
    Signer,
    TlogProof,
    event_key,
    inclusion_path,
    seal_text,
    sign_checkpoint,
)
from ledger.proofs.merkle import root
from ledger.proofs.paths import HashReader, reader_of

law = settings(deadline=None, derandomize=bool(os.environ.get("CI")))
"""What holds for whatever hypothesis draws; where `CI` is set it draws the same each time."""

ORIGIN = "ledger.example/kaoji-1"
LOG_KEY = Signer(ORIGIN, sha256(b"log").digest(), LOG)
OTHER_LOG_KEY = Signer("ledger.example/kaoji-2", sha256(b"other log").digest(), LOG)
WITNESS_KEY = Signer("witness.example/council", sha256(b"witness").digest(), WITNESS)
SUBJECT_KEY = sha256(b"subject").digest()
LOG_VKEY = str(LOG_KEY.verifier)


def leaves(count: int) -> list[bytes]:
    """That many different leaf hashes."""
    return [sha256(i.to_bytes(4, "big")).digest() for i in range(count)]


def flipped(content: bytes, bit: int) -> bytes:
    """The bytes with one bit changed."""
    changed = bytearray(content)
    changed[bit // 8 % len(content)] ^= 1 << bit % 8
    return bytes(changed)


@dataclass
class Scene:
    """A ledger of `size` events about two people; event n's words are sealed with its own key."""

    size: int = 11
    ledger: str = "kaoji-1"
    states: list[bytes] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        counts: dict[str, int] = {}
        for i in range(self.size):
            subject = f"person-{i % 2}"
            counts[subject] = counts.get(subject, 0) + 1
            envelope = Envelope(
                self.ledger,
                i + 1,
                f"employee-{i % 2}",
                i // 2 + 1,
                "notice_issued",
                1,
                subject,
                counts[subject],
            )
            fact = {"points": i, "text": seal_text(self.key(envelope), f"第{i}次過失：遲到", "/fact/text")}
            self.add(envelope, json.dumps({"v": 1, "fact": fact}, ensure_ascii=False).encode())

    def add(self, envelope: Envelope, state: bytes) -> None:
        self.envelopes.append(envelope)
        self.states.append(state)

    def key(self, envelope: Envelope) -> bytes:
        return event_key(SUBJECT_KEY, self.ledger, envelope.stream, envelope.version, envelope.kind)

    @property
    def leaves(self) -> list[bytes]:
        return [e.leaf(s) for e, s in zip(self.envelopes, self.states, strict=True)]

    @property
    def reader(self) -> HashReader:
        return reader_of(self.leaves)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        size = len(self.leaves) if size is None else size
        return Checkpoint(ORIGIN, size, root(self.leaves[:size]))

    def proof(self, index: int, signer: Signer = LOG_KEY) -> TlogProof:
        checkpoint = self.checkpoint()
        path = inclusion_path(index, checkpoint.size, self.reader)
        return TlogProof(index, tuple(path), sign_checkpoint(checkpoint, signer, None, ()))

    def receipt(self, index: int) -> Receipt:
        envelope = self.envelopes[index]
        return Receipt(envelope, self.states[index], (self.key(envelope),), self.proof(index))
