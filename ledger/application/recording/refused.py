"""What of a file of commands is refused, all of it told at once (domain §10.1)."""

from ledger.commands import Command, things_named
from ledger.errors import LedgerError
from ledger.subjects import BY_COMMAND, OWNED


class Refused:
    """The commands of a file that are refused, and what cannot be judged because of them.

    A line rests on a refused one where it names what that would have made. A refused one about a thing that an earlier
    refused one was about may only follow from that, and is not told either.
    """

    def __init__(self) -> None:
        self.faults: list[LedgerError] = []
        self.resting = 0
        self._unmade: set[tuple[str, str]] = set()
        self._shaken: set[tuple[str, str]] = set()

    def holds_up(self, command: Command) -> bool:
        """Whether a command rests on a refused one; if so it is counted."""
        if self._unmade.isdisjoint(things_named(command) if self._unmade else ()):
            return False
        self.resting += 1
        self._unmade |= _made(command)
        return True

    def take(self, command: Command, error: LedgerError) -> None:
        """A command that is refused."""
        named = set(things_named(command))
        if named & self._shaken:
            self.resting += 1
        else:
            self.faults.append(error)
        made = _made(command)
        if error.code != "id_taken":
            self._unmade |= made
        self._shaken |= {thing for thing in named - made if thing[0] in OWNED}


def _made(command: Command) -> set[tuple[str, str]]:
    """The kind and id of the thing that a command brings into being, if any."""
    subject = BY_COMMAND.get(command.do)
    return set() if subject is None else {(subject.kind, getattr(command, subject.kind))}
