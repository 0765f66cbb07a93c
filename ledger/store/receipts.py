"""Receipts: an event as it is stored, the keys that open somebody's words in it, and its proof in a checkpoint."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from ledger.errors import Unknown
from ledger.events import SITE_OWNER
from ledger.events.employees import employee_of
from ledger.proofs import Envelope, Receipt, TlogProof, inclusion_path
from ledger.store.log import Log
from ledger.store.notary import Notary, size_of
from ledger.store.schema import events, subjects
from ledger.store.transactions import reading
from ledger.store.tree import hash_reader


def receipt(notary: Notary, position: int, employee: str | None = None, note: bytes | None = None) -> bytes:
    """The receipt of an event, with the keys that open the words of one person, the stream's unless told.

    Words of a site, which are nobody's, are opened for everybody. `note`: the checkpoint that proves it; else the
    newest kept that covers the event, or one that is signed (`sign`). Unknown `position_unknown`.
    """
    log = notary.log
    found = log.at([position])
    if not found:
        raise Unknown("position_unknown", position=position)
    recorded = found[0]
    whose = employee or employee_of(recorded.stream)
    keys = log.people.event_keys(recorded)
    note = note or notary.newest(position) or notary.sign()
    size = size_of(note)
    with log.usable(), reading(log.engine) as connection:
        envelope, state = next(envelopes(log, connection, position - 1, position))
        path = inclusion_path(position - 1, size, hash_reader(connection, log.ledger, size))
    opening = tuple(key for owner, key in keys.items() if owner == whose or owner.startswith(SITE_OWNER))
    proof = TlogProof(position - 1, tuple(path), note)
    return Receipt(envelope, state, opening, proof).encode()


def envelopes(log: Log, connection: Connection, start: int, end: int) -> Iterator[tuple[Envelope, bytes]]:
    """The envelopes and stored bytes of events from an index up to another, from 0."""
    query = (
        select(
            events.c.position,
            events.c.stream,
            events.c.version,
            events.c.kind,
            events.c.schema,
            events.c.state,
            subjects.c.subject,
        )
        .outerjoin(subjects, (subjects.c.ledger == events.c.ledger) & (subjects.c.stream == events.c.stream))
        .where(events.c.ledger == log.ledger, events.c.position > start, events.c.position <= end)
        .order_by(events.c.position)
    )
    rows = connection.execute(query).all()
    log.verified.check_positions(rows, start + 1)
    for position, stream, version, kind, schema, state, subject in rows:
        count = 0 if subject is None else version
        envelope = Envelope(log.identity(), position, stream, version, kind, schema, subject, count)
        yield envelope, bytes(state)


def checkpoint_in(receipt: bytes) -> bytes:
    """The signed note in a receipt."""
    return Receipt.parse(receipt).proof.checkpoint
