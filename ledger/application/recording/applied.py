"""What recording came to: how many commands were recorded or skipped, which events they made, and what these change."""

from dataclasses import dataclass, field
from typing import Any

from ledger.application.recording.notes import Note
from ledger.events import Recorded, write_fields
from ledger.review.impact import Impact


@dataclass(frozen=True, slots=True)
class Skip:
    """A command that equals one recorded before; `changed_since` where something later is about the same thing."""

    line: int
    do: str
    subject: str
    position: int
    changed_since: int | None


@dataclass(slots=True)
class Applied:
    """What recording came to: counts of commands, and the ledger's last position."""

    recorded: int = 0
    skipped: int = 0
    position: int = 0
    skips: list[Skip] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    events: list[Recorded] = field(default_factory=list)
    impact: Impact | None = None

    def made(self) -> list[dict[str, Any]]:
        """The events as people and programs are shown them: position, kind, fields."""
        return [
            {"position": r.position, "kind": r.event.kind, "fields": write_fields(r.event)}
            for r in self.events
        ]

    def values(self) -> dict[str, int]:
        """As `--json` prints it."""
        return {"recorded": self.recorded, "skipped": self.skipped, "position": self.position}
