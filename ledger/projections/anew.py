"""Draws a ledger's projections anew, all of them or a month of some sites, within a turn that somebody has taken."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection

from ledger.events.employees import employee_stream
from ledger.events.months import month_stream
from ledger.projections.builder import Bearers, People, everything
from ledger.projections.drawing import Drawing
from ledger.projections.rebuild import ROOM_KIB, Borne, Redrawing
from ledger.projections.stand import drawn_at
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.store.sql import larger_cache
from ledger.store.stream_scan import walking

Progress = Callable[[int, int], None]
"""Called with how many events are drawn, of how many."""

_BORNE_AT_ONCE: Final = 1_000


def draw_all(
    log: Log,
    connection: Connection,
    end: int,
    progress: Progress | None = None,
    helpers: int | None = None,
) -> None:
    """Every projection anew: first what each employee's own stream says, then what falls on others otherwise than before."""
    redrawing, dialect = Redrawing(connection, log.ledger), connection.dialect.name
    done = 0
    drawing = Drawing(log, end, dialect, helpers)
    with larger_cache(connection, ROOM_KIB), walking(log), drawing:
        drawing.expect(redrawing.begin())
        for packed in drawing.drawn(everything(log)):
            done += redrawing.load(packed)
            if progress is not None:
                progress(done, end)
        _check_people(log, redrawing.people, end)
        redrawing.sweep()
        _draw_borne(redrawing, drawing, redrawing.misdrawn())
        drawing.end()
        redrawing.finish((end, mark_at(log, end)))


def _check_people(log: Log, drawn: int, end: int) -> None:
    """StoreError `registry_unproven` where fewer were drawn than are registered: who is hidden would owe nothing."""
    if drawn < log.registry.count("employee", end):
        raise log.registry.unproven("things")


def draw_month(log: Log, connection: Connection, month: str, sites: Sequence[str]) -> None:
    """One month of some sites anew; appeals have no months, and their rows stay as they are."""
    ledger = log.ledger
    redrawing = Redrawing(connection, ledger)
    bearers = redrawing.clear_month(month, sites)
    stand = drawn_at(connection, ledger)
    assert stand is not None
    with walking(log), Drawing(log, stand[0], connection.dialect.name, 0) as drawing:
        state = LedgerState(log, stand[0])
        for site in sites:
            names = state.employees_in(site, month)
            streams = (*map(employee_stream, names), month_stream(site, month))
            for packed in drawing.drawn([People(streams, month)]):
                redrawing.load(packed)
            bearers |= {*names, *redrawing.bearers(month, site)}
        borne = {supervisor: fen for supervisor, _, fen in redrawing.borne(month)}
        _draw_borne(redrawing, drawing, [(name, month, borne.get(name, 0)) for name in sorted(bearers)])


def _draw_borne(redrawing: Redrawing, drawing: Drawing, borne: Sequence[Borne]) -> None:
    """The rows of those who bear shares, in place of what they would be without."""
    redrawing.forget((supervisor, month) for supervisor, month, _ in borne)
    starts = range(0, len(borne), _BORNE_AT_ONCE)
    for packed in drawing.drawn(Bearers(tuple(borne[start : start + _BORNE_AT_ONCE])) for start in starts):
        redrawing.load(packed)


def mark_at(log: Log, position: int) -> str:
    """The mark by which projections drawn at a position know the log: SHA-256 (hex) of the bytes there; empty for none."""
    return log.hashes([position]).get(position, "")
