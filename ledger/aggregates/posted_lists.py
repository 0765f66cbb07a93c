"""The public list as an act 公布張貼: who may post, correct and take down, and what then hangs (finance §14)."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ledger.aggregates.authority import policy_of_month, require_between, require_office
from ledger.aggregates.context import Decision, DecisionContext, Listed
from ledger.aggregates.dispatch import decides
from ledger.aggregates.posted_list_state import PostedList, corrected
from ledger.commands.posted_lists import CorrectPublicList, PostPublicList, TakeDownPublicList
from ledger.errors import NotEntitled, WrongState, WrongTime
from ledger.events.months import month_stream
from ledger.events.posted_lists import (
    ListedCount,
    ListedRow,
    PublicListCorrected,
    PublicListPosted,
    PublicListTakenDown,
)
from ledger.policy.model import PublicList
from ledger.terms import first_day, next_month

_POSTERS = {"director", "manager", "office", "quality"}


# --- what stands on it ------------------------------------------------------------------------------


def rows_of(people: Iterable[Listed]) -> tuple[ListedRow, ...]:
    """People as rows of a list."""
    return tuple(
        ListedRow(employee=each.employee, points=each.points, repeats=each.repeats) for each in people
    )


def digest(site: str, month: str, rows: Iterable[ListedRow]) -> str:
    """SHA-256 (hex) of site, month and rows in sorted, compact JSON."""
    content = {"site": site, "month": month, "rows": [row.model_dump(mode="json") for row in rows]}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def counts_of(people: Iterable[Listed], floor: int) -> tuple[ListedCount, ...]:
    """How many people by department and clause; fewer than `floor` are not counted out (finance §14)."""
    found = Counter((each.department, clause) for each in people for clause in each.clauses)
    return tuple(
        ListedCount(department=department, clause=clause, people=None if number < floor else number)
        for (department, clause), number in sorted(
            found.items(), key=lambda item: (item[0][0] or "", item[0][1])
        )
    )


def appealable_until(people: Sequence[Listed]) -> date | None:
    """The last day to appeal against a notice of any of them; None while one is not served, or where there is nobody."""
    days = [day for each in people for day in each.appeal_by]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def named(rule: PublicList, each: Listed) -> bool:
    """Whether somebody stands on a list with a row of their own."""
    return rule.basis == "rules" or rule.mode == "counts" or each.consents


def correction(hanging: PostedList, people: Iterable[Listed], rule: PublicList) -> PublicListCorrected | None:
    """What is to be corrected of a list for those who belong on it now, dated as posted; None: it is as it should be."""
    now = {each.employee: each for each in people}
    kept = {row.employee for row in hanging.rows if row.employee in now and named(rule, now[row.employee])}
    lower = (_lower(row, now[row.employee]) for row in hanging.rows if row.employee in kept)
    lowered = [row for row in lower if row is not None]
    withdrawn = {row.employee for row in hanging.rows if row.employee in now} - kept
    unnamed = sorted({each for each in hanging.unnamed if each in now} | withdrawn)
    new = [each for name, each in sorted(now.items()) if name not in {*kept, *withdrawn, *hanging.unnamed}]
    added = rows_of(each for each in new if rule.supplement and named(rule, each))
    removed = sorted({row.employee for row in hanging.rows} - kept)
    if not removed and not lowered and not added and tuple(unnamed) == hanging.unnamed:
        return None
    listed = [each for name, each in sorted(now.items()) if name in kept or name in unnamed]
    counts = counts_of(listed, rule.count_floor) if hanging.posted.mode == "counts" else ()
    event = PublicListCorrected(
        site=hanging.posted.site,
        month=hanging.posted.month,
        by=hanging.posted.by,
        on=hanging.on,
        removed=tuple(removed),
        lowered=tuple(lowered),
        added=added,
        unnamed=tuple(unnamed),
        counts=counts,
        digest="",
    )
    rows = corrected(hanging.rows, event)
    return event.model_copy(update={"digest": digest(event.site, event.month, rows)})


def _lower(row: ListedRow, there: Listed) -> ListedRow | None:
    """A posted row with no more than belongs there now; None where it has no more. It never grows."""
    points = min(row.points, there.points)
    repeats = tuple(clause for clause in row.repeats if clause in there.repeats)
    changed = (points, repeats) != (row.points, row.repeats)
    return ListedRow(employee=row.employee, points=points, repeats=repeats) if changed else None


# --- deciding ---------------------------------------------------------------------------------------


@decides(PostPublicList)
def post_public_list(command: PostPublicList, context: DecisionContext) -> list[Decision]:
    """Once, after the close, by nobody who stands on it; what stands on it is drawn from the figures of this moment."""
    site = context.site(command.site).site
    rule = policy_of_month(context, site, command.month).public_list
    if rule.mode == "off":
        raise WrongState("list_disabled", month=command.month, site=site)
    closed_on = context.list_opens(site, command.month)
    if (before := context.posted_list(site, command.month)) is not None:
        raise WrongState("list_posted_already", month=command.month, site=site, on=before.posted.on)
    require_between(context, site, command.on, closed_on, "close")
    require_office(context, command.by, site, command.on, _POSTERS)
    people = context.listed(site, command.month)
    if command.by in {each.employee for each in people}:
        raise NotEntitled("list_on_it_oneself", by=command.by, month=command.month)
    last = appealable_until(people)
    if rule.wait_for_windows and people and (last is None or command.on <= last):
        raise WrongTime("list_window_open", month=command.month, until=last)
    return [Decision(month_stream(site, command.month), _posted(command, context, rule, people, last))]


def _posted(
    command: PostPublicList,
    context: DecisionContext,
    rule: PublicList,
    people: Sequence[Listed],
    last: date | None,
) -> PublicListPosted:
    assert rule.mode != "off"
    rows = rows_of(each for each in people if named(rule, each))
    due = first_day(next_month(command.month)).replace(day=rule.post_by_day)
    return PublicListPosted(
        site=command.site,
        month=command.month,
        by=command.by,
        on=command.on,
        policy=policy_of_month(context, command.site, command.month).version,
        mode=rule.mode,
        rows=rows,
        unnamed=tuple(each.employee for each in people if not named(rule, each)),
        counts=counts_of(people, rule.count_floor) if rule.mode == "counts" else (),
        days=command.days,
        until=command.on + timedelta(days=command.days or rule.posted_days),
        places=tuple(command.places or ()),
        late=command.on > due,
        appealable_until=last,
        digest=digest(command.site, command.month, rows),
    )


def _hanging(context: DecisionContext, site: str, month: str, by: str, on: date) -> PostedList:
    """The list that hangs, which the person may change on the day. WrongState `list_not_posted`, `list_taken_down`."""
    hanging = context.posted_list(site, month)
    if hanging is None:
        raise WrongState("list_not_posted", month=month, site=site)
    if hanging.taken_down is not None:
        raise WrongState("list_taken_down", month=month, site=site, on=hanging.taken_down.on)
    require_between(context, site, on, hanging.on, "posting")
    require_office(context, by, site, on, _POSTERS)
    return hanging


@decides(CorrectPublicList)
def correct_public_list(command: CorrectPublicList, context: DecisionContext) -> list[Decision]:
    """People leave it or stand on it with less; nobody is added but by a policy's supplement, and never by oneself."""
    site = context.site(command.site).site
    hanging = _hanging(context, site, command.month, command.by, command.on)
    rule = policy_of_month(context, site, command.month).public_list
    event = correction(hanging, context.listed(site, command.month), rule)
    if event is None:
        raise WrongState("list_as_posted", month=command.month, site=site)
    if command.by in {row.employee for row in event.added}:
        raise NotEntitled("list_on_it_oneself", by=command.by, month=command.month)
    told = event.model_copy(update={"by": command.by, "on": command.on})
    return [Decision(month_stream(site, command.month), told)]


@decides(TakeDownPublicList)
def take_down_public_list(command: TakeDownPublicList, context: DecisionContext) -> list[Decision]:
    """A list that hangs is taken down, once."""
    site = context.site(command.site).site
    _hanging(context, site, command.month, command.by, command.on)
    event = PublicListTakenDown(
        site=site, month=command.month, by=command.by, on=command.on, reason=command.reason
    )
    return [Decision(month_stream(site, command.month), event)]
