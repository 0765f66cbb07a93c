"""公布張貼: the list as it was posted, never live figures; before that a draft without a code (papers §17; finance §14)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ledger.documents.forms.anchor import Anchor
from ledger.documents.forms.blocks import Block, Column, Form, boxes, note, signatures, space, table
from ledger.documents.forms.people import spoken_month
from ledger.labels.citations import cited
from ledger.labels.messages import Labels
from ledger.policy.model import Policy
from ledger.terms import last_day

Values = Mapping[str, Any]


def public_list_form(
    posted: Values,
    site: str,
    policy: Policy,
    labels: Labels,
    anchor: Anchor | None,
    checkpoint: str | None,
    by: str = "",
) -> Form:
    """A list from the values of `report public-list --posted`, or as a draft where its status is `not_posted`.

    `checkpoint` is the whole note that covers it; None: there is none. `by`: who posted it, by name.
    """
    form, draft = labels.form, posted["status"] == "not_posted"
    corrections = posted["corrections"]
    subtitle = spoken_month(posted["month"], labels)
    if corrections:
        subtitle += f"　{form('list_correction', number=len(corrections))}"
    people = {row["employee"] for row in posted["rows"] if row["name"] is not None}
    people |= {posted["by"]} - {None}
    return Form(
        title=form("title_public_list"),
        site=site,
        day=posted["posted_on"] or last_day(posted["month"]).isoformat(),
        blocks=tuple(_blocks(posted, policy, labels, checkpoint, by)),
        people=tuple(sorted(people)),
        anchor=None if draft else anchor,
        subtitle=subtitle,
        stamp=form("draft") if draft else "",
        size=13,
        title_size=26,
    )


def _blocks(
    posted: Values, policy: Policy, labels: Labels, checkpoint: str | None, by: str
) -> Iterator[Block]:
    """What stands on it from top to bottom; until when it hangs and its digest once it is posted."""
    form, rule = labels.form, policy.public_list
    basis = cited(rule.basis_source, labels.language)
    yield note(form("list_basis", source=basis, points=rule.from_points), size=12)
    yield from _rows(posted, policy, labels)
    yield note(_appeals(posted, labels), size=12)
    if posted["status"] != "not_posted":
        yield note(form("list_hangs", on=posted["posted_on"], until=posted["until"]), size=12)
        yield note(form("list_digest", digest=posted["digest"]), size=9)
        if checkpoint is not None:
            yield note(f"{form('list_checkpoint')}\n{checkpoint.strip()}", size=9)
    yield space()
    yield signatures((form("list_poster"), by), (form("date"), posted["posted_on"]))
    yield boxes(form("list_stamp"))


def _rows(posted: Values, policy: Policy, labels: Labels) -> list[Block]:
    """Who stands on it; how many where it counts only."""
    form = labels.form
    if posted["mode"] == "counts":
        few = form("list_few", floor=policy.public_list.count_floor)
        counts = [
            (
                labels.department(count["department"]),
                count["clause"],
                few if count["people"] is None else count["people"],
            )
            for count in posted["counts"]
        ]
        titles = (form("department"), form("list_clause"), form("list_people"))
        return [_table(titles, counts)] if counts else [note(form("list_nobody"), size=13)]
    named = posted["mode"] == "masked"
    shown = ("list_no", "staff_number", *(("name",) if named else ()), "list_points", "list_repeats")
    heads = tuple(map(form, shown))
    rows = [
        (
            number,
            row["employee"],
            *((row["name"],) if named else ()),
            row["points"],
            labels.say("separator").join(row["repeats"]),
        )
        for number, row in enumerate(posted["rows"], start=1)
    ]
    found = [_table(heads, rows)] if rows else []
    if not rows and not posted["unnamed"]:
        found.append(note(form("list_nobody"), size=13))
    if posted["unnamed"]:
        found.append(note(form("list_unnamed", people=posted["unnamed"]), size=12))
    return found


def _table(heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Block:
    return table([Column(head, width=1) for head in heads], rows)


def _appeals(posted: Values, labels: Labels) -> str:
    """Until when what stands on it may be appealed against."""
    until = posted["appealable_until"]
    if until is None:
        anybody = posted["rows"] or posted["counts"] or posted["unnamed"]
        return labels.form("list_appeal_open" if anybody else "list_appeal_over")
    over = posted["posted_on"] is not None and date.fromisoformat(posted["posted_on"]) > date.fromisoformat(
        until
    )
    return labels.form("list_appeal_over") if over else labels.form("list_appeal_until", day=until)
