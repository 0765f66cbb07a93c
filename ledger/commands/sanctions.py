"""Asking for sanctions to be imposed and revoked (domain §5; 篇3 4.2.3, 4.2.4)."""

from typing import ClassVar, Literal

from ledger.commands.base import Command
from ledger.terms import (
    Day,
    EmployeeId,
    Month,
    Name,
    Omittable,
    SanctionId,
    SanctionKind,
    Text,
)


class ImposeSanction(Command):
    """A decider imposes a sanction for a month (篇3 4.2.3, 4.2.4).

    `checklist` belongs to a dismissal: item → remark, for employee_heard, union_informed, seriousness_reasoned
    (and served, which the ledger checks itself).
    """

    subject = "sanction:{sanction}"
    makes = "sanction_imposed"
    told_as: ClassVar = {"kind": "imposed"}
    do: Literal["impose_sanction"]
    sanction: SanctionId
    employee: EmployeeId
    month: Month
    kind: SanctionKind
    reasons: Text
    by: EmployeeId
    on: Day
    checklist: Omittable[dict[Name, bool | Text]] = None


class RevokeSanction(Command):
    """A sanction is lifted by whoever imposed it or a higher office."""

    subject = "sanction:{sanction}"
    makes = "sanction_revoked"
    do: Literal["revoke_sanction"]
    sanction: SanctionId
    reasons: Text
    by: EmployeeId
    on: Day
