"""`kaoji appeal show` and `kaoji appeal dossier`: what a reviewer needs, on the screen or as one page."""

from pathlib import Path
from typing import Any

import click

from cli.form_fields import completion
from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand
from cli.log import print_history
from cli.render import deadline_cell, print_json, print_line, print_table, print_title, shown, spoken
from cli.settings import as_of_option, common_options, force_option, json_option, out_option, settings
from cli.show import print_card


@click.command("show", cls=SpeakingCommand, help_key="appeal show", examples=["kaoji appeal show A2026-0001"])
@click.argument("appeal", shell_complete=completion("appeal"))
@as_of_option
@json_option
@common_options
def show(appeal: str, as_of: str | None, as_json: bool) -> None:
    """Show an appeal: route and conflicts, deadlines, contested figures, what each outcome comes to, its history.

    With --json, all that the dossier holds.
    """
    with settings().open() as ledger, ledger.look_at_log(as_of) as look:
        case_file = look.case_file(appeal)
        *_, timezone = look.thing(f"appeal:{case_file['appeal']['appeal']}")
    if as_json:
        print_json(case_file)
        return
    card = case_file["appeal"]
    until = next(row for row in case_file["deadlines"] if row["what"] == "appeal_by")
    told = {**card, "appeal_by": until["day"] and deadline_cell({**until, "due_on": until["day"]})}
    print_card(f"{settings().labels().word('appeal')} {card['appeal']}", told)
    _print_figures(case_file["explanation"])
    _print_outcomes(case_file["outcomes"])
    print_title(settings().labels().title("log"))
    print_history(case_file["timeline"], "appeal", card["appeal"], timezone)


def _print_figures(explained: dict[str, Any]) -> None:
    """The month in dispute as it stands: every figure that is something."""
    labels = settings().labels()
    whose = f"{explained['employee']} {explained['name']}"
    print_title(labels.say("figures_of", employee=whose, month=explained["month"]))
    rows = [
        {
            "figure": labels.heading(figure["figure"]),
            "now": spoken(figure["value"], "figure"),
        }
        for figure in explained["figures"]
        if figure["entries"]
    ]
    print_table(rows, ["figure", "now"], right=["now"])


def _print_outcomes(outcomes: list[dict[str, Any]]) -> None:
    """What each outcome comes to for whoever appeals."""
    labels = settings().labels()
    print_title(labels.say("dossier_in_short"))
    if not outcomes:
        print_line(labels.say("dossier_outcomes_none"))
        return
    rows = [
        {
            "outcome": labels.word(one["outcome"])
            if one["points"] is None
            else labels.say("dossier_reduced_to", points=one["points"]),
            "deduction": _step(one["deduction"]),
            "payroll": _step(one["payroll"]),
        }
        for one in outcomes
    ]
    print_table(rows, ["outcome", "deduction", "payroll"], right=["deduction", "payroll"])


def _step(values: dict[str, str]) -> str:
    before, after = values["before"], values["after"]
    return before if before == after else f"{before} → {after}"


@click.command(
    "dossier",
    cls=SpeakingCommand,
    help_key="appeal dossier",
    examples=[
        "kaoji appeal dossier A2026-0001 --out A2026-0001.html",
        "kaoji appeal dossier A2026-0001 --out - --as-of 250 --lang en",
    ],
)
@click.argument("appeal", shell_complete=completion("appeal"))
@out_option
@click.option("--attach", is_flag=True, help="field:attach_evidence")
@force_option
@as_of_option
@common_options
def dossier(appeal: str, out: str, attach: bool, force: bool, as_of: str | None) -> None:
    """Write all there is on an appeal as one HTML page: self-contained, in three languages, printable.

    It holds the object, the evidence, the timeline, both sides' words, where every figure comes from, what each
    outcome would change, and precedents. The ledger keeps that it was handed out (kaoji employee handouts). With --attach
    the sealed evidence lies beside it, in a folder called like the page.
    """
    labels = settings().labels()
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        since = ledger.position()
        page, people = ledger.review.dossier(appeal, labels.language, position)
        files = [(Path(out), page.encode())]
        if attach and out != STDOUT:
            beside = Path(out).with_suffix(".files")
            files += [(beside / name, content) for name, content in ledger.evidence.of_case(appeal).items()]
        hand_out(ledger, people, "dossier", out, files, force, since)
    if out != STDOUT:
        print_line(labels.say("dossier_written", appeal=shown(appeal), file=shown(out)))
