"""Asking for evidence files to be kept with a notice or an appeal, and to be taken out again (domain §§2, 6)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command, Part
from ledger.commands.notices import Evidence
from ledger.formats import Malformed
from ledger.terms import AppealId, Day, EmployeeId, NoticeId, Omittable, Sha256, Text


class SizedEvidence(Evidence):
    """A file by its name, the SHA-256 of its bytes, and how many bytes it has."""

    size: Annotated[int, Field(strict=True, ge=0, le=2**53)]


class EvidencedThing(Part):
    """What a file goes with: exactly one of a notice and an appeal."""

    notice: Omittable[NoticeId] = None
    appeal: Omittable[AppealId] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "EvidencedThing":
        if len(self.model_fields_set) != 1:
            text = "exactly one of notice, appeal must be given"
            raise Malformed("exactly_one", text, names="notice, appeal")
        return self

    def __str__(self) -> str:
        """As the subject of a command names it."""
        return f"notice:{self.notice}" if self.notice is not None else f"appeal:{self.appeal}"


class AttachEvidence(Command):
    """A file is put with a notice or an appeal, by whoever answers for it; not after the decision."""

    subject = "evidence:{to}"
    makes = "evidence_attached"
    in_parts = frozenset(("to", "evidence"))
    do: Literal["attach_evidence"]
    to: EvidencedThing
    evidence: SizedEvidence
    by: EmployeeId
    on: Day


class DiscardEvidence(Command):
    """A file put there by mistake is taken out by whoever attached it; that it was there stays recorded."""

    subject = "evidence:{of}"
    makes = "evidence_discarded"
    in_parts = frozenset(("of",))
    do: Literal["discard_evidence"]
    of: EvidencedThing
    sha256: Sha256
    reason: Text
    by: EmployeeId
    on: Day
