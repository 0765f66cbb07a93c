"""Which files with people's words left a ledger: kept in its keyring, beside the keys that open them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, insert, select

from ledger.formats import Malformed, parse_instant
from ledger.store.keyring_schema import LEDGER_ITSELF, handouts
from ledger.store.transactions import reading
from ledger.terms import format_recorded

if TYPE_CHECKING:
    from ledger.store.keyring import Keyring

KEYRING_COPY: Final = "keyring_copy"


class Handouts:
    """The lists of one keyring, by the ledger's identity and the random ids of people in it."""

    def __init__(self, keyring: "Keyring") -> None:
        self._keyring = keyring

    def note(self, identity: str, files: Mapping[str, str], what: str, operator: str, at: datetime) -> None:
        """Keeps that a file with people's words left the ledger; `files` is its name by subject."""
        with self._keyring.writing() as connection:
            for subject, file in files.items():
                of_subject = (handouts.c.identity == identity) & (handouts.c.subject == subject)
                last = connection.execute(select(func.max(handouts.c.number)).where(of_subject)).scalar_one()
                row = {
                    "identity": identity,
                    "subject": subject,
                    "number": (last or 0) + 1,
                    "recorded_at": format_recorded(at),
                    "what": what,
                    "operator": operator,
                    "file": file,
                }
                connection.execute(insert(handouts), row)

    def note_copy(self, identity: str, file: str, operator: str, at: datetime) -> None:
        """Keeps that the keyring was copied to a file, with which everybody's words can be opened."""
        self.note(identity, {LEDGER_ITSELF: file}, KEYRING_COPY, operator, at)

    def of(self, identity: str, subject: str = LEDGER_ITSELF) -> list[dict[str, str]]:
        """The files with a person's words that left the ledger, in order: recorded_at, what, operator, file.

        Without a person, the copies of the keyring. StoreError `keyring_unusable`: a row says no instant.
        """
        if not self._keyring.is_there():
            return []
        query = select(handouts.c.recorded_at, handouts.c.what, handouts.c.operator, handouts.c.file).where(
            handouts.c.identity == identity, handouts.c.subject == subject
        )
        with self._keyring.usable(), reading(self._keyring.engine) as connection:
            found = [dict(row) for row in connection.execute(query.order_by(handouts.c.number)).mappings()]
            for row in found:
                parse_instant(row["recorded_at"])
            return found

    def lacking(self, identity: str) -> int:
        """How many rows are gone out of the lists of what was handed out, by the numbers of those after them.

        A row of a number that none is given, which would make up for one that is gone, counts as one, too, and so does a
        row that says no instant.
        """
        if not self._keyring.is_there():
            return 0
        given = func.count().filter(handouts.c.number > 0)
        query = select(func.max(handouts.c.number), given, func.count()).where(
            handouts.c.identity == identity
        )
        when = select(handouts.c.recorded_at).where(handouts.c.identity == identity)
        with self._keyring.usable(), reading(self._keyring.engine) as connection:
            found = connection.execute(query.group_by(handouts.c.subject)).all()
            timeless = sum(not _is_instant(said) for said in connection.execute(when).scalars())
        gone = sum(max(int(last), 0) - own + rows - own for last, own, rows in found)
        return int(gone) + timeless


def _is_instant(said: object) -> bool:
    try:
        parse_instant(said)
    except Malformed:
        return False
    return True
