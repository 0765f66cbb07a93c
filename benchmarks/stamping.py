"""Ledgers of millions of events: one site is recorded truly, the others are written after it with other ids.

What is stamped is a recorded event, not its bytes: it goes through the log's own write unit, so that whatever belongs to
an event is made for each of them: keys and seals, leaves, registries. Only the deciding is left out, and all sites had the
same year. A stamped command's digest is made from the model's, so that applying its command again would not know it.
"""

import dataclasses
import hashlib
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson

from benchmarks import synthetic
from ledger.application.ledger import Ledger
from ledger.events import Recorded, read_event, write_fields
from ledger.events.employees import EmployeeRegistered
from ledger.events.months import MonthClosed
from ledger.reckoning import payroll

MODEL: Final = "TPL"
"""The label of the site that is copied: it stands nowhere else in what is recorded."""

_FIRST: Final = 1
"""The position after which the model's events stand in its own ledger."""


def fill(ledger: Ledger, events: int) -> int:
    """Stamps whole sites until the ledger holds so many events; returns how many it holds."""
    site = ModelSite()
    position = ledger.record.apply(()).position  # an empty file founds the ledger
    number = 0
    while position < events:
        with ledger.log.unit() as unit:
            for recorded in site.stamped(synthetic.label_of(number), unit.position):
                if isinstance(recorded.event, EmployeeRegistered):
                    ledger.log.people.create_key(recorded.event.employee)
                unit.append(recorded)
            position = unit.position
        number += 1
    return position


class ModelSite:
    """A site that was truly recorded, ready to be written under other names."""

    def __init__(self, number: int = 0) -> None:
        self._model = _recorded(number)
        self._fields = orjson.dumps([write_fields(recorded.event) for recorded in self._model])

    def __len__(self) -> int:
        return len(self._model)

    def stamped(self, label: str, after: int) -> Iterator[Recorded]:
        """Its events for a site of this label, from the position after `after` on."""
        shift = after - _FIRST
        fields = orjson.loads(self._fields.replace(MODEL.encode(), label.encode()))
        for recorded, values in zip(self._model, fields, strict=True):
            kind, version = recorded.event.kind, recorded.event.schema_version
            event = read_event(kind, version, _shifted(values, shift) if kind == MonthClosed.kind else values)
            yield dataclasses.replace(
                recorded,
                position=recorded.position + shift,
                stream=recorded.stream.replace(MODEL, label),
                subject=recorded.subject.replace(MODEL, label),
                command=hashlib.sha256(f"{recorded.command} {label}".encode()).hexdigest(),
                event=event,
            )


@cache
def _recorded(number: int) -> list[Recorded]:
    with (
        tempfile.TemporaryDirectory() as folder,
        synthetic.open_ledger(f"sqlite:///{Path(folder) / 'model.db'}") as ledger,
    ):
        ledger.record.apply(synthetic.lines(number, MODEL))
        return [ledger.log.people.opened(recorded) for recorded in ledger.log.events(_FIRST)]


def _shifted(values: dict[str, Any], shift: int) -> dict[str, Any]:
    """The fields of a close whose causes stand elsewhere, with the digest that goes with them."""
    lines = [
        {**line, "because": [position + shift for position in line.get("because", ())]}
        for line in values.get("lines", ())
    ]
    moved = {**values, "lines": lines}
    close = MonthClosed.model_validate(moved)
    return {**moved, "digest": payroll.digest(close.site, close.month, close.lines, close.run)}
