"""What people may ask: one frozen model per command of the fixed interface (domain §10.1), a tagged union.

A command is input, not yet a fact. Unknown fields, missing fields and wrong types are refused here;
everything that needs the ledger's memory is refused by the aggregates.
"""

from ledger.commands.appeals import Against, DecideAppeal, EscalateAppeal, FileAppeal, WithdrawAppeal
from ledger.commands.base import Command
from ledger.commands.measures import GrantReward, ImposeSanction, RevokeSanction, WithdrawReward
from ledger.commands.months import CloseMonth, RecordWage
from ledger.commands.notices import (
    AcknowledgeNotice,
    ClearResponsibility,
    CorrectNotice,
    Evidence,
    FindResponsibility,
    IssueNotice,
    RectifyNotice,
    WithdrawNotice,
)
from ledger.commands.organisation import (
    AdoptPolicy,
    Appoint,
    EraseEmployee,
    ReassignEmployee,
    RecordDeparture,
    RegisterEmployee,
    RegisterSite,
    RotateKey,
)

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
