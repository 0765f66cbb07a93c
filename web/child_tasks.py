"""What jobs do, each in a process of its own: checking a ledger, and trying rules on it. Plain values go in and come out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ledger.application.child_process import MOST_FOUND, Tell
from ledger.application.desk.desk import Desk, Pruned, Readings, Viewer
from ledger.application.group import visits
from ledger.application.group.ledgers import Whereabouts
from ledger.errors import LedgerError, StoreError

_OWED: Final = ("deduction", "performance")
_MOST_ROWS: Final = 200
"""So many months that would cost another sum are told; of the others how many there are."""


@dataclass(frozen=True, slots=True)
class DeskAddress:
    """A desk as it is opened anew in another process: at which ledger, whose, which site is looked at, and the instant."""

    url: str = field(repr=False)
    ledger: str
    viewer: Viewer
    site: str | None
    now: datetime

    @classmethod
    def of(cls, desk: Desk) -> "DeskAddress":
        """That of a desk that is open here."""
        url = desk.log.url.render_as_string(hide_password=False)
        return cls(url, desk.log.ledger, desk.viewer, desk.chosen_site, desk.now())

    @contextmanager
    def open(self) -> Iterator[Desk]:
        """The desk; nothing read there is noted: whoever shows what people owe notes it; the rest is sums, and faults."""
        with Desk(self.url, self.ledger, viewer=self.viewer, now=lambda: self.now) as desk:
            desk.chosen_site = self.site
            yield desk


# --- checking -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberChecked:
    """A ledger of the group: where it stands and how many `faults` it has, or why it was not asked (`error`)."""

    ledger: str
    error: LedgerError | None = None
    position: int = 0
    mark: str = ""
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to: how many events, how many faults and the first of them.

    `kept`: how many events the checkpoint that was sent along covers (None: none was), and `window`: how many are newer.
    `broken`: the number of the first reading that is; `pruned`: what went because of its age; `unread`: why the log of
    readings could not be read.
    """

    size: int
    count: int
    faults: tuple[Any, ...]
    lacks_sheets: bool
    kept: int | None
    window: int
    broken: int | None
    pruned: Pruned | None
    unread: LedgerError | None
    group: tuple[MemberChecked, ...] | None


@dataclass(frozen=True, slots=True)
class Check:
    """A check: against which checkpoint, how deep, and which other ledgers besides. `readings`: where their log is."""

    address: DeskAddress
    readings: Path | str = field(repr=False)
    kept: bytes | None
    deep: bool
    sheets: bool
    group: Whereabouts | None

    def do(self, tell: Tell) -> Checked:
        """For the auditor alone. LedgerError where nothing could be checked."""
        with self.address.open() as desk:
            found = desk.proofs.verify(
                self.kept, everything=True, deep=self.deep, sheets=self.sheets, watch=tell
            )
        broken, pruned, unread = self._readings(tell)
        audited = found.audited
        kept = audited.checkpoint.size if audited.given and audited.checkpoint is not None else None
        faults = tuple(found.faults[:MOST_FOUND])
        lacks_sheets = "sheets" in found.unchecked
        group = None if self.group is None else self._members(self.group, tell)
        return Checked(
            audited.size,
            len(found.faults),
            faults,
            lacks_sheets,
            kept,
            audited.window,
            broken,
            pruned,
            unread,
            group,
        )

    def _readings(self, tell: Tell) -> tuple[int | None, Pruned | None, LedgerError | None]:
        """The first reading that is broken, what went, and why none can be read: what was found of the ledger is told."""
        log = Readings(self.readings)
        try:
            return log.first_broken(lambda done, of: tell(done, of, "readings")), log.pruned(), None
        except StoreError as error:
            return None, None, error

    def _members(self, where: Whereabouts, tell: Tell) -> tuple[MemberChecked, ...]:
        group = where.group()
        asked = [(member, member.events) for member in group.members]
        levels = {"deep": self.deep, "sheets": False}
        visited = visits.visit_all(
            asked, "verify", levels, None, lambda done, total: tell(done, total, "group")
        )
        members = [_member(one) for one in visited]
        members += [MemberChecked(str(error.place.get("ledger", "–")), error) for error in group.away]
        return tuple(sorted(members, key=lambda member: member.ledger))


def _member(one: visits.Visited) -> MemberChecked:
    if one.found is None:
        return MemberChecked(one.name, one.error)
    return MemberChecked(one.name, None, one.found["position"], one.found["mark"], len(one.found["faults"]))


# --- trying -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a month of somebody would have cost: before and after, in yuan. `figure`: the deduction, or performance."""

    employee: str
    month: str
    figure: str
    before: Decimal
    after: Decimal

    @property
    def more(self) -> Decimal:
        """How much more is taken; negative: less."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial on a site came to: the first months that would cost another sum, `left`: how many more, and the sums."""

    rows: tuple[Outcome, ...]
    left: int
    winners: int
    losers: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """A trial as `what-if --policy` tells it: of one month, all (None), or those from one through another."""

    address: DeskAddress
    document: bytes
    site: str | None
    month: str | None
    through: str | None

    def do(self, tell: Tell) -> dict[str, Any]:
        """For whoever sees the figures of the site. LedgerError."""
        with self.address.open() as desk:
            return desk.review.try_policy(
                self.document, self.site, self.month, None, None, tell, self.through
            )


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of a document on the months of a site from one through another, with whose month would cost what."""

    address: DeskAddress
    document: bytes
    site: str
    first: str
    last: str

    def do(self, tell: Tell) -> Tried:
        """For whoever sees the figures of the site; whose they are is noted where they are shown. LedgerError."""
        rows: list[Outcome] = []
        count = 0
        with self.address.open() as desk, desk.review.changed_figures() as found:
            told = desk.review.try_policy(self.document, self.site, self.first, None, found, tell, self.last)
            for each in found:
                if each.report != "monthly" or each.figure not in _OWED or each.site != self.site:
                    continue
                count += 1
                if count <= _MOST_ROWS:
                    sums = _yuan(each.before), _yuan(each.after)
                    rows.append(Outcome(each.employee, each.month, each.figure, *sums))
        of_site = next((row for row in told["sites"] if row["site"] == self.site), None)
        if of_site is None:
            return Tried((), 0, 0, 0, Decimal())
        total = sum((_yuan(of_site[figure]["difference"]) for figure in _OWED), Decimal())
        return Tried(tuple(rows), count - len(rows), of_site["winners"], of_site["losers"], total)


def _yuan(amount: str | None) -> Decimal:
    return Decimal(amount or 0)
