"""Everything the ledger may refuse, as one tree.

An error carries a stable `code` and named `fields`, never prose: the words, and the hint with the next
step, stand in `ledger/labels` in three languages. `place` is filled in by whoever knows it (a file's line).

    LedgerError
    ├── InputError          what came in cannot be read            exit status 2
    ├── Refusal             read, understood, and not allowed      exit status 3
    │   ├── Unknown         names something that is not recorded
    │   ├── Taken           an id or a place that is already taken
    │   ├── NotEntitled     this person may not do this
    │   ├── WrongTime       a date before its cause, in the future, or in a closed month
    │   └── WrongState      the thing is not in a state that allows it
    ├── ReceiptError        a receipt that does not hold           exit status 1
    ├── StoreError          the ledger itself cannot be used       exit status 3
    │   └── Gone            a file on record that is there no more, or opens no more
    └── AnswerError         done perhaps, and not to be told       exit status 74
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self


class LedgerError(Exception):
    """The root: `code` names the message, `fields` fill its blanks, `place` says where in the input.

    Of a file of commands all faults are told at once: `others` are those behind the first, and `resting` counts the lines
    that were not judged, since they rest on one that was refused.
    """

    exit_status = 3

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields
        self.place: dict[str, object] = {}
        self.others: tuple[LedgerError, ...] = ()
        self.resting = 0

    def __reduce__(self) -> tuple[Any, ...]:
        """The same in another process: pickled as other exceptions are, it could not be made again."""
        return type(self).again, (self.code, self.fields), self.__dict__

    @classmethod
    def again(cls, code: str, fields: Mapping[str, object]) -> Self:
        """An error of which only code and fields came from elsewhere."""
        return cls(code, **fields)

    def at(self, **place: object) -> "LedgerError":
        """The same error, with its place added (`line`, `field`)."""
        self.place = {**place, **self.place}
        return self


class InputError(LedgerError):
    """Malformed input: not JSON, an unknown command, a missing, unknown or wrong field."""

    exit_status = 2


class Refusal(LedgerError):
    """A rule of the house says no."""


class Unknown(Refusal):
    """The command names an employee, notice, appeal, clause … that is not recorded."""


class Taken(Refusal):
    """The id belongs to something else already, or the same thing stands already."""


class NotEntitled(Refusal):
    """The person named may not do this: no office, own case, conflict of interest."""


class WrongTime(Refusal):
    """A date lies before what it refers to, in the future, or in a closed month."""


class WrongState(Refusal):
    """The notice, appeal, month … is not in a state in which this can happen."""


class ReceiptError(LedgerError):
    """A receipt that proves nothing: a finding, not a mistake of whoever asks."""

    exit_status = 1


class StoreError(LedgerError):
    """There is no ledger there, or it cannot be opened."""


class Gone(StoreError):
    """A file that is on record and lies there no more, or does not open; the ledger beside it is whole."""


class AnswerError(LedgerError):
    """The answer cannot be written, such as to a full disk; what was asked may be recorded."""

    exit_status = 74  # EX_IOERR of sysexits.h; 3 says that nothing is recorded


def raise_all(faults: Sequence[LedgerError], resting: int = 0) -> None:
    """Raises the first of some faults, which tells the others; nothing where there is none."""
    if faults:
        first, *others = faults
        first.others, first.resting = tuple(others), resting
        raise first
