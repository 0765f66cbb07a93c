"""Asking for a month's wage to be recorded, for the wage guard (domain §7)."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from ledger.commands.base import Command
from ledger.formats import Malformed
from ledger.terms import EmployeeId, Money, Month, Omittable


def _zero_or_more(fen: int) -> int:
    if fen < 0:
        raise Malformed("negative", "may not be negative")
    return fen


Wage = Annotated[Money, AfterValidator(_zero_or_more)]


class RecordWage(Command):
    """Wage and local minimum wage of a month, for the wage guard (工資支付暫行規定 §16)."""

    subject = "wage:{employee}:{month}"
    makes = "wage_recorded"
    told_as: ClassVar = {"wage": "wage_fen", "minimum_wage": "minimum_wage_fen"}
    do: Literal["record_wage"]
    employee: EmployeeId
    month: Month
    wage: Wage
    minimum_wage: Wage
    by: Omittable[EmployeeId] = None
