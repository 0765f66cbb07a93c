"""Evidence files put with a notice or an appeal, and taken out again (domain §§2, 6). Stream `employee/<employee>`.

The bytes stay outside the log, sealed in a folder beside it (`ledger/store/evidence_files.py`) or with whoever has them.
"""

from typing import Annotated, ClassVar

from ledger.events.base import Event, Personal, registered
from ledger.events.notices import EvidenceFile
from ledger.terms import AppealId, Day, EmployeeId, NoticeId, Sha256


class EvidenceEvent(Event):
    """What both say: whose stream it is, with which notice or appeal the file goes, and under whose key it lies.

    `whose`: the appellant for what the appellant hands in, else the employee the case is about.
    """

    employee: EmployeeId
    notice: NoticeId | None = None
    appeal: AppealId | None = None
    whose: EmployeeId
    by: EmployeeId
    on: Day


@registered
class EvidenceAttached(EvidenceEvent):
    """A file was put with a notice or an appeal: `file` is its name, `size` its bytes.

    Digest and size stay in the clear, since decisions ask them of an event whose words are sealed.
    """

    kind: ClassVar[str] = "evidence_attached"
    file: Annotated[str, Personal(of="whose")]
    sha256: Sha256
    size: int

    @property
    def evidence(self) -> EvidenceFile:
        """The file as other events name theirs."""
        return EvidenceFile(name=self.file, sha256=self.sha256)


@registered
class EvidenceDiscarded(EvidenceEvent):
    """A file was taken out again, by whoever attached it."""

    kind: ClassVar[str] = "evidence_discarded"
    sha256: Sha256
    reason: Annotated[str, Personal(of="whose")]
