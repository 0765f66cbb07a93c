"""`kaoji employee find` and `kaoji notice list`: who or which one it was, where only a part is known."""

from typing import Any

import click

from cli.form_fields import completion
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line, print_table, print_title, shown
from cli.report_options import Month
from cli.settings import as_of_option, common_options, json_option, settings, site_option
from ledger.labels.notice_status import notice_status
from ledger.texts import folded

_NOTICES = ["notice", "employee", "name", "department", "clause", "points", "occurred_on", "issued_by"]
_NOTICES_SPARE = ["rectified_on", "department", "issued_by", "occurred_on", "acknowledged_on"]


@click.command(
    "find",
    cls=SpeakingCommand,
    help_key="employee find",
    examples=["kaoji employee find 楊", "kaoji employee find E01"],
)
@click.argument("part", metavar="NAME")
@site_option
@as_of_option
@json_option
@common_options
def find(part: str, site: str | None, as_of: str | None, as_json: bool) -> None:
    """List whoever has a name or an id that holds the text; full width and capitals make no difference."""
    name, everybody = people_at(site, as_of)
    asked = folded(part)
    rows = [row for row in everybody if asked in folded(row["employee"]) or asked in folded(row["name"])]
    print_people(rows, name, as_json, settings().labels().say("nobody_called", part=part))


def people_at(site: str | None, as_of: str | None) -> tuple[str, list[dict[str, Any]]]:
    """A site, and everybody of it; None: the only one, or one's own."""
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        name = ledger.site(site, position)
        return name, ledger.review.employees(name, position)


def print_people(rows: list[dict[str, Any]], site: str, as_json: bool, nobody: str = "") -> None:
    """People of a site in a table, or as JSON; `nobody`: what is said instead of an empty table."""
    if as_json:
        print_json(rows)
        return
    print_title(f"{settings().labels().title('employee-list')} · {site}")
    if nobody and not rows:
        print_line(shown(nobody))
        return
    columns = ["employee", "name", "department", "supervisor", "from", "departed_on"]
    print_table(rows, columns, spare=["from", "supervisor"])


@click.command(
    "list",
    cls=SpeakingCommand,
    help_key="notice list",
    examples=["kaoji notice list --month 2026-08", "kaoji notice list --unserved --issuer I01"],
)
@click.option("--month", type=Month(), metavar="MONTH", help="field:only_month")
@click.option("--department", metavar="DEPARTMENT", help="field:only_department")
@click.option("--issuer", metavar="EMPLOYEE", help="field:only_issuer", shell_complete=completion("employee"))
@click.option("--clause", metavar="CLAUSE", help="field:only_clause", shell_complete=completion("clause"))
@click.option("--unserved", is_flag=True, help="field:only_unserved")
@site_option
@as_of_option
@json_option
@common_options
def list_notices(month: str | None, site: str | None, as_of: str | None, as_json: bool, **only: Any) -> None:
    """List the notices of a site, by month, department, issuer or clause, or those that nobody has acknowledged."""
    with (
        settings().open() as ledger,
        ledger.look(None if as_of is None else ledger.position_of(as_of)) as look,
    ):
        if only["issuer"] is not None:
            only["issuer"] = look.employee_id(only["issuer"], "issuer")
        site = look.site(site)
        found = look.notices(month, site)
    rows = [row for row in found if _is_asked_for(row, **only)]
    if as_json:
        print_json(rows)
        return
    labels = settings().labels()
    print_title(f"{labels.title('notice-list')} · {site}")
    for column, name in (("department", "department"), ("issued_by", "issuer"), ("clause", "clause")):
        if only[name] is not None and only[name] not in {row[column] for row in found}:
            heading = labels.heading(column)
            print_line(shown(labels.say("no_notice_of", heading=heading, value=only[name])))
            return
    columns = [*_NOTICES, "status", "acknowledged_on", "rectified_on"]
    rows = [row | {"status": notice_status(row)} for row in rows]
    print_table(rows, columns, right=["points"], spare=_NOTICES_SPARE)


def _is_asked_for(
    row: dict[str, Any], department: str | None, issuer: str | None, clause: str | None, unserved: bool
) -> bool:
    """Whether a notice is what the options ask for; what was withdrawn or revoked need not be served."""
    open_still = row["acknowledged_on"] is None and row["status"] not in ("withdrawn", "revoked")
    return (
        department in (None, row["department"])
        and issuer in (None, row["issued_by"])
        and clause in (None, row["clause"])
        and (open_still or not unserved)
    )
