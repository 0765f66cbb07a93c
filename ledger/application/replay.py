"""The command behind an event: what must have been asked for it to be recorded.

An event's fields hold all its command said, so a command can be decided again where it stood. Sealed words stay sealed:
no decision reads them.
"""

from typing import Any, Final

from ledger import commands as asked
from ledger import events as made
from ledger.commands import Command
from ledger.errors import WrongState
from ledger.events import Event

_ASKED: Final = {command.makes: command for command in asked.COMMANDS.values()}
"""The kind of a command's first event → the command."""

FOLLOWING: Final = frozenset({made.AppealMooted.kind, made.NoticeReplaced.kind})
"""The kinds of events that come of a command behind its first one only."""


def command_of(event: Event) -> Command:
    """The command that makes this event as its first.

    WrongState `event_out_of_place` for one that only follows from others, and so never comes first. KeyError where no
    command is said to make it: then the program is wrong, and not the log.
    """
    if event.kind in FOLLOWING:
        raise WrongState("event_out_of_place", kind=event.kind)
    cls = _ASKED[event.kind]
    values: dict[str, Any] = {"do": cls.model_fields["do"].annotation.__args__[0]}  # type: ignore[union-attr]
    for name in cls.model_fields.keys() - {"do", "key"}:
        value = getattr(event, cls.told_as.get(name, name), None)
        if value not in (None, (), {}):
            values[name] = value
    if isinstance(event, made.EmployeeReassigned | made.EmployeeRehired) and event.supervisor_vacant:
        values["supervisor"] = None
    if isinstance(event, made.AppealEscalated) and not event.stated:
        del values["by"]
    if isinstance(event, made.DepartureCorrected) and event.on is None:
        values["on"] = None
    if isinstance(event, made.AppealFiled):
        values["against"] = asked.Against.model_construct({event.against}, **{event.against: event.target})
    if isinstance(event, made.HearingRecorded):
        about: dict[str, Any] = {"appeal": event.appeal}
        if event.appeal is None:
            about = {"review": asked.ReviewOf(employee=event.employee, month=event.month)}
        values["what"] = asked.HearingAbout.model_construct(set(about), **about)
    return cls.model_construct(set(values), **values)
