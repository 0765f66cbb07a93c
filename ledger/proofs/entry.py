"""The leaf entry of an event: canonical JSON (RFC 8785) of where it stands and the SHA-256 of its exact stored bytes.

    {"count":4,"kind":"…","ledger":"…","position":17,"schema":1,"sha256":"…","stream":"…","subject":"…","version":3}

The state itself is not in the entry: checking never re-serialises and never decrypts, and what was sealed can be
erased without touching the tree. Position and ledger keep an event from being moved, the count of the subject's
events from being left out. The formatter below is fixed to this shape; a test compares it with a general canonicaliser.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Final, Generic, TypeVar

from .errors import MalformedEntry
from .merkle import leaf_hash

INTEGER_LIMIT: Final = 2**53
"""Integers from here on are no JSON numbers that everybody reads alike (RFC 8785 §3.2.2.3, RFC 7493 §2.2)."""

_quote = encode_basestring
"""The standard library's JSON string writer leaves what is not ASCII as it is and escapes as RFC 8785 §3.2.2.2 does."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an event stands. Fields are in the order of the text above but for the digest, which is the state's.

    `position` counts the ledger's events from 1, `version` the stream's, `count` the subject's. An event that is
    about nobody has no subject and the count 0.
    """

    ledger: str
    position: int
    stream: str
    version: int
    kind: str
    schema: int
    subject: str | None
    count: int

    def __post_init__(self) -> None:
        texts = (self.ledger, self.stream, self.kind, "-" if self.subject is None else self.subject)
        if not all(type(text) is str and text for text in texts):
            raise MalformedEntry("ledger, stream, kind and subject are texts that are not empty")
        numbers = (self.position, self.version, self.schema, *([] if self.subject is None else [self.count]))
        if not all(type(number) is int and 1 <= number < INTEGER_LIMIT for number in numbers):
            raise MalformedEntry("position, version, schema and count are counted from 1, below 2^53")
        if self.subject is None and (type(self.count) is not int or self.count):
            raise MalformedEntry("an event about nobody is not counted")

    @property
    def index(self) -> int:
        """The index of its leaf, from 0."""
        return self.position - 1

    def entry(self, state: bytes) -> bytes:
        """The entry of the event, given the exact bytes stored for it."""
        subject = "null" if self.subject is None else _quote(self.subject)
        try:
            return entry_text(
                _quote(self.ledger),
                self.position,
                _quote(self.stream),
                self.version,
                _quote(self.kind),
                self.schema,
                subject,
                self.count,
                state,
            ).encode("utf-8")
        except UnicodeEncodeError:
            raise MalformedEntry("a text of the envelope cannot be written in UTF-8") from None

    def leaf(self, state: bytes) -> bytes:
        """The hash of its leaf."""
        return leaf_hash(self.entry(state))


def entry_text(
    ledger: str,
    position: int,
    stream: str,
    version: int,
    kind: str,
    schema: int,
    subject: str,
    count: int,
    state: bytes,
) -> str:
    """The entry as text; ledger, stream, kind and subject are JSON already (`quote`). Nothing is checked here."""
    return (
        f'{{"count":{count},"kind":{kind},"ledger":{ledger},"position":{position},"schema":{schema},'
        f'"sha256":"{sha256(state).hexdigest()}","stream":{stream},"subject":{subject},"version":{version}}}'
    )


Leaf = Callable[[int, str, int, str, int, str | None, bytes], bytes]
"""position, stream, version, kind, schema, subject, state → the hash of its leaf."""


@lru_cache(maxsize=8)
def leaf_writer(ledger: str) -> Leaf:
    """Leaf hashes of many events of one ledger whose columns are known to be texts and numbers.

    The same hashes as `Envelope.leaf`, without its checks; the count of a subject's event is the stream's version. Made
    once for a ledger: that takes longer than a leaf.
    """
    head, quoted = _quote(ledger), lru_cache(65_536)(_quote)

    def leaf(
        position: int, stream: str, version: int, kind: str, schema: int, subject: str | None, state: bytes
    ) -> bytes:
        about, count = ("null", 0) if subject is None else (quoted(subject), version)
        text = entry_text(head, position, quoted(stream), version, quoted(kind), schema, about, count, state)
        return sha256(b"\x00" + text.encode()).digest()

    return leaf


Leaves = Callable[
    [Sequence[int], Sequence[str], Sequence[int], Sequence[str], Sequence[int], Sequence[bytes]], list[bytes]
]
"""Columns of as many events: position, stream, version, kind, schema, SHA-256 of the state → the hashes of their leaves.

TypeError, AttributeError or UnicodeError where a column holds something else.
"""


def leaves_writer(ledger: str, subjects: Mapping[str, str]) -> Leaves:
    """`leaf_writer` for whoever reads a whole log: the leaves of many events at once.

    `subjects` are the people's, by stream. What those of one kind, or of one stream, have in common is written once.
    """
    of_ledger = _quote(ledger)
    heads = _Parts(lambda kind: f',"kind":{_quote(kind)},"ledger":{of_ledger},"position":')
    ends = _Parts(lambda stream: _end(stream, subjects.get(stream)))

    def leaves(
        positions: Sequence[int],
        streams: Sequence[str],
        versions: Sequence[int],
        kinds: Sequence[str],
        schemas: Sequence[int],
        digests: Sequence[bytes],
    ) -> list[bytes]:
        columns = (
            map(heads.__getitem__, kinds),
            positions,
            schemas,
            digests,
            map(ends.__getitem__, streams),
            versions,
        )
        return [
            sha256(
                (
                    f'\x00{{"count":{version * counted}{head}{position},"schema":{schema},'
                    f'"sha256":"{digest.hex()}{end}{version}}}'
                ).encode()
            ).digest()
            for head, position, schema, digest, (end, counted), version in zip(*columns, strict=True)
        ]

    return leaves


def _end(stream: str, subject: str | None) -> tuple[str, int]:
    """What stands between digest and version, and 1 where the events of a stream are counted, else 0."""
    about = "null" if subject is None else _quote(subject)
    return f'","stream":{_quote(stream)},"subject":{about},"version":', int(subject is not None)


_Part = TypeVar("_Part")


class _Parts(dict[str, _Part], Generic[_Part]):
    """Parts of entries, each written when it is first needed."""

    def __init__(self, write: Callable[[str], _Part]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, name: str) -> _Part:
        self[name] = part = self._write(name)
        return part
