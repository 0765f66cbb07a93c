"""The command behind an event: what must have been asked for it to be recorded.

An event's fields hold all its command said, so a command can be decided again where it stood. Sealed words stay sealed:
no decision reads them.
"""

from typing import Any, Final

from ledger import commands as asked
from ledger import events as made
from ledger.commands import Command
from ledger.events import Event

COMMANDS: Final[dict[type[Event], tuple[type[Command], dict[str, str]]]] = {
    made.SiteRegistered: (asked.RegisterSite, {}),
    made.OfficeAppointed: (asked.Appoint, {}),
    made.EmployeeRegistered: (asked.RegisterEmployee, {}),
    made.EmployeeReassigned: (asked.ReassignEmployee, {}),
    made.EmployeeDeparted: (asked.RecordDeparture, {}),
    made.EmployeeErased: (asked.EraseEmployee, {}),
    made.WageRecorded: (asked.RecordWage, {"wage": "wage_fen", "minimum_wage": "minimum_wage_fen"}),
    made.RewardGranted: (asked.GrantReward, {}),
    made.RewardWithdrawn: (asked.WithdrawReward, {}),
    made.NoticeIssued: (asked.IssueNotice, {}),
    made.NoticeAcknowledged: (asked.AcknowledgeNotice, {}),
    made.NoticeRectified: (asked.RectifyNotice, {}),
    made.NoticeCorrected: (asked.CorrectNotice, {}),
    made.NoticeWithdrawn: (asked.WithdrawNotice, {}),
    made.ResponsibilityFound: (asked.FindResponsibility, {}),
    made.ResponsibilityCleared: (asked.ClearResponsibility, {}),
    made.AppealFiled: (asked.FileAppeal, {}),
    made.AppealDecided: (asked.DecideAppeal, {}),
    made.AppealEscalated: (asked.EscalateAppeal, {}),
    made.AppealWithdrawn: (asked.WithdrawAppeal, {}),
    made.SanctionImposed: (asked.ImposeSanction, {"kind": "imposed"}),
    made.SanctionRevoked: (asked.RevokeSanction, {}),
    made.MonthClosed: (asked.CloseMonth, {}),
    made.SigningKeyRotated: (asked.RotateKey, {}),
    made.PolicyAdopted: (asked.AdoptPolicy, {"policy": "document"}),
}
"""The first event of a command → its class, and the command's fields that the event calls otherwise."""


def command_of(event: Event) -> Command:
    """The command that makes this event as its first. KeyError for an event that never comes first."""
    cls, renamed = COMMANDS[type(event)]
    values: dict[str, Any] = {"do": cls.model_fields["do"].annotation.__args__[0]}  # type: ignore[union-attr]
    for name in cls.model_fields.keys() - {"do", "key"}:
        value = getattr(event, renamed.get(name, name), None)
        if value not in (None, (), {}):
            values[name] = value
    if isinstance(event, made.EmployeeReassigned) and event.supervisor_vacant:
        values["supervisor"] = None
    if isinstance(event, made.AppealFiled):
        values["against"] = asked.Against.model_construct({event.against}, **{event.against: event.target})
    return cls.model_construct(set(values), **values)
