"""`kaoji what-if`: what a decision, a withdrawal or another policy would change. Nothing is recorded."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from cli.checked import checking
from cli.choices import WordChoice
from cli.difference import show_difference
from cli.form_fields import completion
from cli.group import require_all, workers_option
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line
from cli.report_options import Month
from cli.settings import (
    as_of_option,
    checked_options,
    common_options,
    force_option,
    json_option,
    settings,
)
from cli.trial import Asked, run_trial
from ledger.application.given_file import content_of

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk
    from ledger.application.ledger import Ledger
    from ledger.review.impact import Impact
    from ledger.terms import Outcome


@click.command(
    "what-if",
    cls=SpeakingCommand,
    help_key="what-if",
    examples=[
        "kaoji what-if A1 --outcome revoked",
        "kaoji what-if A1 --outcome reduced --points 1 --without N7",
        "kaoji what-if O2026-0001 --score 6",
        "kaoji what-if HC2026-0001 --outcome returned",
        "kaoji what-if --policy next-year.toml --employee E017",
        "kaoji what-if --policy next-year.toml --site hq --out changes.csv",
        "kaoji what-if --policy next-year.toml --all-ledgers --workers 4",
    ],
)
@click.argument("appeals", nargs=-1, metavar="[APPEAL]...", shell_complete=completion("appeal"))
@click.option(
    "--outcome",
    type=WordChoice(["revoked", "reduced", "dismissed", "handled", "returned"]),
    help="field:outcome",
)
@click.option("--score", type=int, metavar="N", help="field:score")
@click.option("--points", type=int, metavar="N", help="field:points_left")
@click.option(
    "--without", multiple=True, metavar="NOTICE", help="field:without", shell_complete=completion("notice")
)
@click.option(
    "--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="field:candidate"
)
@click.option(
    "--employee", metavar="EMPLOYEE", help="field:for_employee", shell_complete=completion("employee")
)
@click.option("--month", type=Month(), metavar="MONTH", help="field:for_month")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="field:changed_out")
@force_option
@click.option("--all-ledgers", is_flag=True, help="field:trial_ledgers")
@workers_option
@click.option("--site", metavar="SITE", help="field:site_tried")
@as_of_option
@checked_options
@json_option
@common_options
def what_if(
    appeals: tuple[str, ...],
    outcome: str | None,
    score: int | None,
    points: int | None,
    without: tuple[str, ...],
    policy: Path | None,
    employee: str | None,
    month: str | None,
    out: Path | None,
    force: bool,
    all_ledgers: bool,
    workers: str,
    site: str | None,
    as_of: str | None,
    as_json: bool,
) -> int | None:
    """Show what a decision, a withdrawal or another policy would change, for everybody. Nothing is recorded.

    What it foretells is what then happens, if nothing else is recorded before. A policy without --employee is tried on
    everybody: who would owe less or more, by month, department and site; --out lists every figure that changes.
    """
    from ledger.errors import InputError

    if not all_ledgers:
        require_all(workers)
    remedies = bool(appeals or without)
    said = (outcome is not None) + (score is not None)
    if remedies == (policy is not None) or int(bool(appeals)) != said:
        raise InputError("what_if_of_what")
    if policy is not None and employee is None:
        asked = Asked(content_of(policy), site, month, as_of, out, force)
        return run_trial(asked, workers if all_ledgers else None, as_json)
    if out is not None or all_ledgers:
        raise InputError("trial_of_everybody").at(field="out" if out is not None else "all_ledgers")
    with settings().open() as ledger, checking(ledger):
        position = None if as_of is None else ledger.position_of(as_of)
        if policy is not None:
            found = ledger.review.what_if_policy(content_of(policy), employee, site, month, position)
        else:
            found = _imagined(ledger, appeals, outcome, score, points, without, position)
        decided = _decided(ledger, appeals, as_of)
    if as_json:
        print_json(found.values())
    else:
        _print_found(found, decided, position)
    return None


def _print_found(found: "Impact", decided: list[tuple[str, str]], position: int | None) -> None:
    """What would change; which of the appeals nobody has to decide any more."""
    labels = settings().labels()
    if position is not None:
        print_line(labels.say("as_of", position=position))
    show_difference(found.difference)
    for appeal, status in decided:
        print_line(labels.say("trial_of_decided", appeal=appeal, status=labels.word(status)))
    print_line(labels.say("nothing_recorded"))


def _decided(ledger: "Desk", things: tuple[str, ...], as_of: str | None) -> list[tuple[str, str]]:
    """Which of the things are appeals that nobody has to decide any more, each with how it ended."""
    from ledger.errors import LedgerError

    found = []
    with ledger.look_at_log(as_of) as look:
        for name in things:
            with suppress(LedgerError):  # an objection or a case goes by its name, too
                card = look.card("appeal", name)
                if card["status"] != "pending":
                    found.append((card["appeal"], card["status"]))
    return found


def _imagined(
    ledger: "Ledger",
    things: tuple[str, ...],
    outcome: str | None,
    score: int | None,
    points: int | None,
    without: tuple[str, ...],
    position: int | None,
) -> "Impact":
    """What is imagined: objections verified with a score, handbook cases closed, or appeals decided."""
    what_if = ledger.review.what_if
    if score is not None:
        return what_if((), without, position, objections=[(name, score) for name in things])
    if outcome in ("handled", "returned"):
        closing = cast('Literal["handled", "returned"]', outcome)
        return what_if((), without, position, cases=[(name, closing) for name in things])
    decided = cast("Outcome", outcome)
    return what_if([(name, decided, points) for name in things], without, position)
