"""The kinds of things that have an id, each declared once (law 9): whatever has to know all kinds derives from here.

Kinds, commands and events stand as text, since these rows lie below both; `tests/completeness` holds that each exists
and is known wherever a kind must be known. The command line reads them before anything else, so that nothing heavy is
imported here.
"""

from typing import Any, Final, NamedTuple, get_args


class Subject(NamedTuple):
    """A kind of thing.

    `asked_by` and `introduced_by` are the command (`do`) and the event (`kind`) that bring one into being; the field
    called like the kind holds its id in both. `lives_on` is the kind on whose stream it lives, `or_on` the other one on
    which it does where it is nobody's. `also_by` are other commands that bring one into being, and
    `also_events` their events where these are others; `part` is the field of the
    command that holds a list of them, where it makes several. A thing typed without an id is numbered: `letter`, the year
    of the command's field `dated_by`, four digits. `site` says whether its first event names the site it is of.
    """

    kind: str
    asked_by: str
    introduced_by: str
    lives_on: str = "employee"
    or_on: str | None = None
    also_by: tuple[str, ...] = ()
    also_events: tuple[str, ...] = ()
    part: str | None = None
    letter: str | None = None
    dated_by: str | None = None
    site: bool = False


SUBJECTS: Final = (
    Subject("employee", "register_employee", "employee_registered", letter="E", dated_by="from", site=True),
    Subject(
        "notice",
        "issue_notice",
        "notice_issued",
        also_by=("issue_notice_from_finding",),
        letter="N",
        dated_by="occurred_at",
    ),
    Subject("appeal", "file_appeal", "appeal_filed", letter="A", dated_by="on"),
    Subject("reward", "grant_reward", "reward_granted", letter="R", dated_by="occurred_on"),
    Subject("sanction", "impose_sanction", "sanction_imposed", letter="S", dated_by="on"),
    Subject("check", "record_check", "check_recorded", letter="C", dated_by="on"),
    Subject("objection", "object_appraisal", "appraisal_objected", letter="O", dated_by="on"),
    Subject("case", "refer_to_handbook", "handbook_referred", letter="HC", dated_by="on"),
    Subject(
        "sheet",
        "record_day_sheet",
        "day_sheet_recorded",
        lives_on="appraisal",
        letter="DS",
        dated_by="day",
        also_by=("record_week_sheet",),
        also_events=("week_sheet_recorded",),
    ),
    Subject("inspection", "record_inspection", "inspection_recorded", "inspection", site=True),
    Subject("finding", "record_inspection", "finding_recorded", or_on="inspection", part="findings"),
    Subject(
        "analysis", "analyse_notices", "notices_analysed", "analysis", letter="AN", dated_by="on", site=True
    ),
    Subject("action", "open_action", "action_opened", "action", letter="AC", dated_by="on", site=True),
    Subject(
        "sitting", "open_sitting", "sitting_opened", "sitting", letter="K", dated_by="held_on", site=True
    ),
    Subject("site", "register_site", "site_registered", lives_on="site", site=True),
)

KINDS: Final = tuple(subject.kind for subject in SUBJECTS)
"""Every kind, in the order in which a bare id is looked for."""

OWNED: Final = tuple(s.kind for s in SUBJECTS if s.lives_on == "employee" and s.kind != "employee")
"""The kinds of things that live on somebody's stream and are none themselves."""

APART: Final = tuple(s.kind for s in SUBJECTS if s.lives_on == s.kind and s.kind not in ("employee", "site"))
"""The kinds of things that have streams of their own, `<kind>/…`, and are neither people nor sites."""

BY_COMMAND: Final = {
    do: subject for subject in SUBJECTS if subject.part is None for do in (subject.asked_by, *subject.also_by)
}
"""The command that brings a thing into being → what it is."""

BY_EVENT: Final = {
    kind: subject for subject in SUBJECTS for kind in (subject.introduced_by, *subject.also_events)
}
"""The event that brings a thing into being → what it is."""

BY_KIND: Final = {subject.kind: subject for subject in SUBJECTS}
"""A kind → what is said of it here."""

ERASURE: Final = "erasure"
"""The mark in the registry of those whose words were erased, so that it is known before their stream is read."""


class Ref:
    """Marks a type as the id of a kind of thing: `NoticeId = Annotated[str, …, Ref("notice")]`."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


def referred(annotation: Any, metadata: tuple[Any, ...] | list[Any] = ()) -> str | None:
    """The kind of thing whose id a field of this type holds; None for any other field."""
    for mark in (*metadata, *getattr(annotation, "__metadata__", ())):
        if isinstance(mark, Ref):
            return mark.kind
    return next(filter(None, map(referred, get_args(annotation))), None)
