"""Proposals in the desk database: what waits for a second person, and is gone once it is decided or too old."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from ledger.application.desk.desk import Desk
from ledger.application.desk.proposals import concerns_erased
from ledger.terms import format_recorded
from web.database import DeskDatabase
from web.surely import surely

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied
    from web.app import Console

_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Proposal:
    """A command somebody proposes. `figures`: the digest of what it would change, as the proposer was shown it."""

    name: str
    command: dict[str, Any]
    proposer: str
    figures: str
    made_at: str
    expires_at: str


class Proposals:
    """Those that wait at a ledger, by its clock."""

    def __init__(self, database: DeskDatabase, ledger: Desk) -> None:
        self._database = database
        self._ledger = ledger

    def add(self, name: str, command: dict[str, Any], proposer: str, figures: str) -> None:
        """Keeps a proposal for seven days; one of the same name is kept once."""
        text, now = json.dumps(command, ensure_ascii=False), self._ledger.now()
        until = format_recorded(now + timedelta(days=_DAYS))
        with self._database.open() as database:
            database.execute(
                "INSERT INTO proposals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (name, text, proposer, figures, format_recorded(now), until),
            )

    def waiting(self) -> list[Proposal]:
        """Those that are not too old and not about somebody erased, the oldest first; the others are deleted."""
        now = format_recorded(self._ledger.now())
        with self._database.open() as database:
            database.execute("DELETE FROM proposals WHERE expires_at <= ?", (now,))
            rows = database.execute("SELECT * FROM proposals ORDER BY made_at, proposal").fetchall()
        found = [
            Proposal(
                row["proposal"],
                json.loads(row["command"]),
                row["proposer"],
                row["figures"],
                row["made_at"],
                row["expires_at"],
            )
            for row in rows
        ]
        gone = self._about_erased(found)
        for each in gone:
            self.remove(each.name)
        return [each for each in found if each not in gone]

    def _about_erased(self, found: list[Proposal]) -> list[Proposal]:
        if not found:
            return []
        state = self._ledger.memory()
        return [each for each in found if concerns_erased(state, each.command)]

    def concerning(self, desk: Desk) -> list[Proposal]:
        """Those that the person at a desk proposed, and those they may confirm."""
        return [
            each
            for each in self.waiting()
            if each.proposer == desk.person or desk.proposing.may_confirm(each.command, each.proposer)
        ]

    def named(self, name: str) -> Proposal | None:
        """One that waits; None: there is none of that name any more."""
        return next((each for each in self.waiting() if each.name == name), None)

    def remove(self, name: str) -> None:
        """Deletes one: it was confirmed, refused or taken back."""
        with self._database.open() as database:
            database.execute("DELETE FROM proposals WHERE proposal = ?", (name,))


def hand_in(console: "Console", desk: Desk, key: str, command: dict[str, Any], figures: str) -> str:
    """Keeps what somebody proposes until another has decided; its name. The same key is the same proposal."""
    name = hashlib.sha256(key.encode()).hexdigest()[:12]
    console.proposals.add(name, desk.proposing.in_full(command), desk.standing().person, figures)
    return name


def confirm(console: "Console", desk: Desk, found: Proposal, seen: str | None) -> "Applied":
    """Records a proposal of somebody else's, which is gone then; an erased person's account goes with all their words."""
    key = f"web:proposal:{found.name}"
    command, proposing = found.command, desk.proposing
    erased = proposing.named(command, "employee") if command["do"] == "erase_employee" else None
    done = surely(lambda: proposing.confirm(command, found.proposer, key, seen, found.figures))
    console.proposals.remove(found.name)
    if erased is not None:
        console.accounts.remove(erased)
        console.proposals.waiting()  # those about them go with it
    return done
