"""What people may ask: one frozen model per command of the fixed interface (domain §10.1), a tagged union.

A command is input, not yet a fact. Unknown fields, missing fields and wrong types are refused here;
everything that needs the ledger's memory is refused by the aggregates.
"""

from ledger.commands.appeals import Against, DecideAppeal, EscalateAppeal, FileAppeal, WithdrawAppeal
from ledger.commands.base import Command
from ledger.commands.employees import EraseEmployee, ReassignEmployee, RecordDeparture, RegisterEmployee
from ledger.commands.findings import ClearResponsibility, FindResponsibility
from ledger.commands.keys import RotateKey
from ledger.commands.months import CloseMonth
from ledger.commands.notices import (
    AcknowledgeNotice,
    CorrectNotice,
    Evidence,
    IssueNotice,
    RectifyNotice,
    WithdrawNotice,
)
from ledger.commands.offices import Appoint
from ledger.commands.policies import AdoptPolicy
from ledger.commands.rewards import GrantReward, WithdrawReward
from ledger.commands.sanctions import ImposeSanction, RevokeSanction
from ledger.commands.sites import RegisterSite
from ledger.commands.wages import RecordWage

COMMANDS: dict[str, type[Command]] = {
    str(cls.model_fields["do"].annotation.__args__[0]): cls  # type: ignore[union-attr]
    for cls in (
        RegisterSite,
        RegisterEmployee,
        ReassignEmployee,
        RecordDeparture,
        EraseEmployee,
        Appoint,
        RotateKey,
        AdoptPolicy,
        IssueNotice,
        AcknowledgeNotice,
        RectifyNotice,
        CorrectNotice,
        WithdrawNotice,
        FindResponsibility,
        ClearResponsibility,
        GrantReward,
        WithdrawReward,
        FileAppeal,
        DecideAppeal,
        EscalateAppeal,
        WithdrawAppeal,
        ImposeSanction,
        RevokeSanction,
        RecordWage,
        CloseMonth,
    )
}
"""Every command by its `do`."""

__all__ = [
    "COMMANDS",
    "AcknowledgeNotice",
    "AdoptPolicy",
    "Against",
    "Appoint",
    "ClearResponsibility",
    "CloseMonth",
    "Command",
    "CorrectNotice",
    "DecideAppeal",
    "EraseEmployee",
    "EscalateAppeal",
    "Evidence",
    "FileAppeal",
    "FindResponsibility",
    "GrantReward",
    "ImposeSanction",
    "IssueNotice",
    "ReassignEmployee",
    "RecordDeparture",
    "RecordWage",
    "RectifyNotice",
    "RegisterEmployee",
    "RegisterSite",
    "RevokeSanction",
    "RotateKey",
    "WithdrawAppeal",
    "WithdrawNotice",
    "WithdrawReward",
]
