"""The readers' pass of an audit: the log read once more in the words of whoever reports, and held against the first pass.

An index, a view or a policy may answer those who ask by stream otherwise than those who ask by position.
"""

from collections.abc import Mapping
from typing import Final

from ledger.proofs.entry import leaf_writer
from ledger.store.audit_scan import MARK, Fault, Source, Walk
from ledger.store.log import of_streams
from ledger.store.sql import chunks

_STREAMS: Final = "SELECT stream, count(*) FROM events WHERE ledger = ? GROUP BY stream"
_AT_ONCE: Final = 50


def read_otherwise(
    source: Source, identity: str, people: Mapping[str, str], walk: Walk, end: int
) -> list[Fault]:
    """A fault for each event that readers are given otherwise than it stands at its position, or not at all."""
    marks, leaf_of = walk.marks, leaf_writer(identity)
    if len(marks) != end * MARK:  # so much is missing that nothing was kept of where
        return []
    faults: list[Fault] = []
    seen = bytearray(end)
    named = {stream for stream, _ in source.rows(_STREAMS)} | walk.last.keys()
    names = list(chunks(stream for stream in named if isinstance(stream, str)))
    for chunk in (names[i : i + _AT_ONCE] for names in names for i in range(0, len(names), _AT_ONCE)):
        for position, stream, version, kind, schema, state in source.rows(
            of_streams(len(chunk)), *chunk, end
        ):
            try:
                made = leaf_of(position, stream, version, kind, schema, people.get(stream), state)[:MARK]
                right = made == marks[(position - 1) * MARK : position * MARK] and not seen[position - 1]
                seen[position - 1] = 1
            except (TypeError, AttributeError, UnicodeError, IndexError):
                continue  # a column of another type, which the first pass tells as well
            if not right:
                faults.append(Fault("read_otherwise", position, {"stream": stream}))
    nothing = bytes(MARK)
    at = seen.find(0)
    while at >= 0:
        if marks[at * MARK : (at + 1) * MARK] != nothing:
            faults.append(Fault("read_otherwise", at + 1, {"stream": "?"}))
        at = seen.find(0, at + 1)
    return faults
