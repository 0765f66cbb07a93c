"""Under whose name a command may be given, and which need a second person. Whether it is allowed `decide` says alone."""

from collections.abc import Mapping
from typing import Any, Final

from ledger.commands import COMMANDS
from ledger.errors import NotEntitled

_ACTORS: Final = ("by", "issued_by")

FOUR_EYES: Final = frozenset(
    {"register_site", "adopt_policy", "grant_reward", "withdraw_reward", "erase_employee", "rotate_key"}
)
"""What takes a second person, who confirms it as themselves."""

CLOSE: Final = "close_month"
SECOND_ABOVE: Final = 50
"""Of how many lines a close is at most that one person makes; a house may set another number."""

FOUR_EYES_OFFICES: Final = frozenset(
    {"department_head", "director", "manager", "company", "finance", "office", "auditor"}
)
"""The offices to which nobody is appointed by one person alone."""


PROPOSERS: Final[Mapping[str, frozenset[str]]] = {
    "grant_reward": frozenset({"department_head", "director", "manager"}),
    "withdraw_reward": frozenset({"department_head", "director", "manager"}),
    "appoint": frozenset({"manager", "company"}),
    "register_site": frozenset({"director", "manager", "company"}),
    "adopt_policy": frozenset({"director", "manager", "company"}),
    "erase_employee": frozenset({"office", "manager", "company"}),
    "impose_sanction": frozenset({"company"}),
    CLOSE: frozenset({"director", "manager", "office"}),
}
"""The offices that may propose what takes a second person; a dismissal is decided by the manager, so company proposes it."""

CONFIRMERS: Final[Mapping[str, tuple[str, ...]]] = {
    "grant_reward": ("director", "manager", "company"),
    "withdraw_reward": ("director", "manager"),
    "appoint": ("manager", "company"),
    "register_site": ("company", "manager"),
    "adopt_policy": ("company", "manager"),
    "erase_employee": ("manager", "company", "office"),
    "impose_sanction": ("manager", "company"),
    CLOSE: ("director", "manager", "office"),
}
"""The offices among whose holders the second person is looked for; whether they may, `decide` says."""


TRANSCRIBERS: Final[Mapping[str, frozenset[str]]] = {
    "issue_notice": frozenset({"office", "quality"}),
    "acknowledge_notice": frozenset({"office"}),
    "rectify_notice": frozenset({"office"}),
    "file_appeal": frozenset({"office"}),
    "acknowledge_appraisal": frozenset({"office"}),
    "object_appraisal": frozenset({"office"}),
}
"""What came on paper, and the offices that type it for whoever wrote it, there or where it lies. Never decisions."""


def in_name_of(values: Mapping[str, Any], author: str, own: bool) -> dict[str, Any]:
    """A command typed for its author; `own`: the notice is the author's, who acknowledges it without being named.

    What is said of an appraisal sheet names nobody but whose sheet it is, and that is its author.
    """
    if values.get("do") in OWN_SHEET:
        return {**values, "employee": author}
    field = str(actor_field(str(values.get("do"))))
    if values.get("do") == "acknowledge_notice" and own:
        return {name: value for name, value in values.items() if name != field}
    return {**values, field: author}


def as_decided(values: Mapping[str, Any], proposer: str, decider: str) -> dict[str, Any]:
    """A proposed command as it is recorded: by the decider; a reward by its proposer, and approved by the decider."""
    if values.get("do") == "grant_reward":
        return {**values, "by": proposer, "approved_by": decider}
    return {**values, "by": decider}


OWN_SHEET: Final = frozenset({"acknowledge_appraisal", "object_appraisal", "withdraw_objection"})
"""What nobody does but the person whose appraisal sheet it is, who is not named besides as the one who does it."""

HANDED_IN: Final[Mapping[str, frozenset[str]]] = {
    "record_answer": frozenset({"office", "quality", "director", "manager"})
}
"""What somebody else handed in and names nobody as the one who does it, and the offices that type it, at its site."""


def actor_field(do: str) -> str | None:
    """The field of a command that says who does it."""
    fields = COMMANDS[do].model_fields if do in COMMANDS else {}
    return next((name for name in _ACTORS if name in fields), None)


def needs_second(values: Mapping[str, Any]) -> bool:
    """Whether a command needs a second person."""
    do = values.get("do")
    return (
        do in FOUR_EYES
        or (do == "impose_sanction" and values.get("kind") == "dismissal")
        or (do == "appoint" and values.get("office") in FOUR_EYES_OFFICES)
    )


def may_need_second(values: Mapping[str, Any]) -> bool:
    """Whether a command is one that may be proposed: it needs a second person, or would if it handed over more."""
    return needs_second(values) or values.get("do") == CLOSE


def in_own_name(values: Mapping[str, Any], person: str, own: bool = False) -> dict[str, Any]:
    """A command as given by a person: nobody else stands in it as the one who does it.

    `own`: the notice is the person's own, who acknowledges it without being named, or the appraisal sheet, or what was
    handed in is theirs to type. NotEntitled `not_yours_to_do`, `second_person_needed`.
    """
    do = str(values.get("do", ""))
    if needs_second(values):
        raise NotEntitled("second_person_needed", do=do)
    if own and (do in OWN_SHEET or do in HANDED_IN):
        return dict(values)
    field = actor_field(do)
    if field is None:
        raise NotEntitled("not_yours_to_do", do=do, by=person)
    given = values.get(field)
    if given is not None and given != person:
        raise NotEntitled("not_yours_to_do", do=do, by=given)
    if do == "acknowledge_notice" and own:
        return {name: value for name, value in values.items() if name != field}
    return {**values, field: person}
