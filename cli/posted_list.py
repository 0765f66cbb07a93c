"""`kaoji report public-list MONTH --posted`, as people read it."""

from typing import TYPE_CHECKING, Any

from cli.render import print_line, print_table, print_title, shown
from cli.settings import settings

if TYPE_CHECKING:
    from cli.report_options import Asked


def print_posted(month: str, asked: "Asked") -> None:
    """What was posted of a month, as it was posted."""
    found, title = asked.fetch(
        "public-list", month, lambda ledger, site, at: ledger.reports.posted_list(month, site, at)
    )
    if title is None:
        return
    labels = settings().labels()
    print_title(f"{title} · {labels.word(found['status'])}")
    if found["posted_on"] is None:
        return
    for key in ("posted_on", "by", "until", "taken_down_on", "appealable_until"):
        if found[key] is not None:
            print_line(shown(labels.pair(labels.heading(key), found[key])))
    if found["places"]:
        print_line(shown(labels.pair(labels.heading("places"), labels.listed(found["places"]))))
    _print_rows(found)
    for one in found["corrections"]:
        people = [*one["removed"], *(row["employee"] for row in [*one["lowered"], *one["added"]])]
        told = {
            "on": one["on"],
            "by": one["by"],
            "position": one["position"],
            "people": labels.listed(people),
        }
        print_line(shown(labels.say("list_corrected", **told)))
    print_line("\n" + labels.pair(labels.heading("digest"), found["digest"]))


def _print_rows(found: dict[str, Any]) -> None:
    labels = settings().labels()
    if found["mode"] == "counts":
        few = labels.say("list_few")
        rows = [{**row, "people": few if row["people"] is None else row["people"]} for row in found["counts"]]
        print_table(rows, ["department", "clause", "people"], right=["people"])
        return
    columns = ["employee", "name", "department", "points", "repeats"]
    if found["mode"] == "numbers":
        columns.remove("name")
    print_table(found["rows"], columns, right=["points"])
    if found["unnamed"]:
        print_line(labels.say("list_unnamed", people=found["unnamed"]))
