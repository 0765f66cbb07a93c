"""`kaoji report payroll` and `reconciliation`: what was handed to finance, and what pay really took."""

import sys
from typing import TYPE_CHECKING, Any

import click

from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand
from cli.pay_tables import print_handoff, print_reconciliation
from cli.render import print_line, print_title, shown
from cli.report_options import Asked, month_argument, report_options
from cli.settings import settings
from cli.usage import A_FINDING
from ledger.texts import named_as

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk


@click.command(
    "payroll",
    cls=SpeakingCommand,
    help_key="report payroll",
    examples=["kaoji report payroll 2026-08"],
)
@month_argument
@report_options
def payroll(month: str, asked: Asked) -> None:
    """What the close of the month handed to finance: lines, and the pay run under the wage guard."""
    without_wage: list[str] = []

    def read(ledger: "Desk", site: str, at: int | None) -> dict[str, Any]:
        without_wage.extend(ledger.reports.without_wage(month, site, at))
        return ledger.reports.payroll(month, site, at)

    handed, title = asked.fetch("payroll", month, read)
    if title is None:
        return
    labels = settings().labels()
    late = f" · {labels.word('late')}" if handed["late"] else ""
    print_title(f"{title} · {labels.heading('closed_on')} {handed['closed_on']}{late}")
    print_handoff(handed["lines"], handed["run"])
    if without_wage:
        print_line(shown(labels.say("no_wage_recorded", employees=labels.listed(without_wage))))
    print_line("\n" + labels.pair(labels.heading("digest"), handed["digest"]))


@click.command(
    "reconciliation",
    cls=SpeakingCommand,
    help_key="report reconciliation",
    examples=["kaoji report reconciliation 2026-08", "kaoji report reconciliation 2026-08 --open --check"],
)
@month_argument
@report_options
@click.option("--check", is_flag=True, help="field:check_open")
@click.option("--open", "only_open", is_flag=True, help="field:only_open")
@click.option("--names", type=click.Choice(["none", "masked", "full"]), help="field:reconciliation_names")
def reconciliation(month: str, asked: Asked, check: bool, only_open: bool, names: str | None = None) -> None:
    """What the close of the month handed over against what pay took: short, over, not returned, settled.

    Names are shown on a terminal; in what goes elsewhere they are asked for (--names), and then noted as handed out.
    """
    shown_names = names or ("full" if sys.stdout.isatty() else "none")

    def read(ledger: "Desk", site: str, at: int | None) -> Any:
        since = ledger.position()
        found = ledger.reports.reconciliation(month, site, at)
        found = {**found, "rows": named_as(shown_names, found["rows"])}
        if shown_names != "none" and not sys.stdout.isatty():
            people = [row["employee"] for row in found["rows"]]
            hand_out(ledger, people, "reconciliation", STDOUT, [], False, since)
        return found

    found, title = asked.fetch("reconciliation", month, read)
    if title is not None:
        print_reconciliation(title, found, only_open)
    if check and any(row["open"] != "0.00" for row in found["rows"]):
        click.get_current_context().exit(A_FINDING)
