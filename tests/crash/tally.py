"""What the crash suite counts and prints at its end."""

from dataclasses import dataclass, fields


@dataclass(slots=True)
class Tally:
    """Faults injected, events acknowledged to whoever recorded them, events lost or doubled, states verified."""

    faults: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    verified: int = 0

    def add(self, other: "Tally") -> None:
        """Adds what somebody else counted."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def lines(self) -> list[str]:
        """As they are printed."""
        words = {
            "faults": "faults injected",
            "acknowledged": "events acknowledged",
            "lost": "events lost",
            "doubled": "events doubled",
            "verified": "states verified",
        }
        return [f"{words[each.name]:<20} {getattr(self, each.name):>7,}" for each in fields(self)]


TALLY = Tally()
"""The counts of this process's part of the suite."""
