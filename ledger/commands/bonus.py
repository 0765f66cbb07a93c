"""Asking for the base of a quarterly bonus 季度獎金 to be recorded (篇4 4.4.2)."""

from typing import ClassVar, Literal

from ledger.commands.base import Command
from ledger.commands.wages import Wage
from ledger.terms import EmployeeId, Omittable, Quarter


class RecordBonusBase(Command):
    """Somebody's base of a quarter, of which a company's table gives a part (篇4 4.4.2); reporting only."""

    subject = "bonus:{employee}:{quarter}"
    makes = "bonus_base_recorded"
    told_as: ClassVar = {"base": "base_fen"}
    do: Literal["record_bonus_base"]
    employee: EmployeeId
    quarter: Quarter
    base: Wage
    by: Omittable[EmployeeId] = None
