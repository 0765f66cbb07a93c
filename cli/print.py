"""`kaoji print`: forms as PDF, to post, to sign and to hand over (papers §17)."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.form_fields import completion
from cli.handout import STDOUT, hand_out
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.render import shown, talk
from cli.report_options import Day, month_argument
from cli.settings import as_of_option, common_options, force_option, settings, site_option
from ledger.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    from ledger.application.ledger import Ledger
    from ledger.application.papers import How, Paper

Make = Callable[["Ledger", "How"], "Paper"]


@click.group("print", cls=SpeakingGroup, help_key="print")
@common_options
def print_forms() -> None:
    """Forms as PDF: notices, summary, public list, decisions, register, hand-off, checklists."""


def _paper_options(what: str, evidence: bool = False) -> Callable[[Callable[..., Make]], Callable[..., None]]:
    """The options every form takes. The function gives what makes the form; `what` it is noted as handed out as.

    `evidence`: whether the files of the case may be attached.
    """

    def decorate(function: Callable[..., Make]) -> Callable[..., None]:
        @wraps(function)
        def run(
            *,
            out: str,
            copies: int | None,
            names: str,
            plain: bool,
            receipt: bool,
            force: bool,
            as_of: str | None,
            **rest: Any,
        ) -> None:
            how = {"mask": names == "masked", "plain": plain, "receipt": receipt, "copies": copies}
            how |= {"attach": rest.pop("attach")} if evidence else {}
            _print(function(**rest), what, _named(out), force, as_of, how)

        options = [
            click.option("--out", required=True, metavar="FILE|DIR", help="field:out_paper"),
            click.option("--copies", type=click.IntRange(1, 100), metavar="N", help="field:copies"),
            click.option(
                "--names", type=click.Choice(["full", "masked"]), default="full", help="field:names_in_file"
            ),
            click.option("--plain", is_flag=True, help="field:plain"),
            click.option("--attach-receipt", "receipt", is_flag=True, help="field:attach_receipt"),
            *([click.option("--attach", is_flag=True, help="field:attach_evidence")] if evidence else []),
            force_option,
            as_of_option,
            common_options,
        ]
        made: Callable[..., None] = run
        for option in reversed(options):
            made = option(made)
        return made

    return decorate


def _named(out: str) -> str:
    """The file to write; in a folder it is called by the form and what it is of."""
    if not Path(out).is_dir():
        return out
    context = click.get_current_context()
    arguments = [each.name for each in context.command.params if isinstance(each, click.Argument)]
    of = [str(context.params[name]) for name in arguments if name and context.params[name] is not None]
    return str(Path(out) / f"{'-'.join([context.command.name or '', *of])}.pdf")


def _print(make: Make, what: str, out: str, force: bool, as_of: str | None, how: dict[str, Any]) -> None:
    """Prints a form and writes it: noted first where names or words are in it."""
    from ledger.application.papers import How

    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        since = ledger.position()
        paper = make(ledger, How(settings().labels(), as_of=position, **how))
        files, notes = [(Path(out), paper.content)], paper.checkpoints
        hand_out(ledger, paper.people, what, out, files, force, since, notes)
    if out != STDOUT:
        talk(settings().labels().say("form_written", file=shown(out)))


def _command(name: str, *examples: str) -> Callable[[Callable[..., Any]], click.Command]:
    made: Callable[[Callable[..., Any]], click.Command] = print_forms.command(
        name, cls=SpeakingCommand, help_key=f"print {name}", examples=list(examples)
    )
    return made


@_command(
    "notice",
    "kaoji print notice N2026-0001 --out N2026-0001.pdf --attach-receipt",
    "kaoji print notice --since 2026-08-01 --out notices.pdf",
)
@click.argument("notice", required=False, shell_complete=completion("notice"))
@click.option("--since", type=Day(), metavar="DAY", help="field:notices_since")
@site_option
@_paper_options("notice_form", evidence=True)
def notice(notice: str | None, since: "date | None", site: str | None) -> Make:
    """A violation notice 過失通知單 in three copies; what is recorded of its service is printed, blanks else.

    With --since all that were issued since a day, one after another.
    """
    if (notice is None) == (since is None):
        raise InputError("notice_or_since")
    if since is not None:
        return lambda ledger, how: ledger.papers.notices(since, site, how)
    return lambda ledger, how: ledger.papers.notice(str(notice), how)


@_command("decision", "kaoji print decision A2026-0001 --out A2026-0001.pdf --attach")
@click.argument("appeal", shell_complete=completion("appeal"))
@_paper_options("decision_letter", evidence=True)
def decision(appeal: str) -> Make:
    """The letter that tells an appeal's decision 申訴決定書: both sides' words, reasons, figures before and after."""
    return lambda ledger, how: ledger.papers.decision(appeal, how)


@_command("summary", "kaoji print summary 2026-08 --out 2026-08.pdf")
@month_argument
@click.option("--department", metavar="DEPARTMENT", help="field:only_department")
@site_option
@_paper_options("summary_form")
def summary(month: str, department: str | None, site: str | None) -> Make:
    """The monthly summary 違規處理情況匯總, by department with sums of each, or of one department."""
    return lambda ledger, how: ledger.papers.summary(month, site, department, how)


@_command("register", "kaoji print register 2026-08 --out 2026-08.pdf")
@month_argument
@site_option
@_paper_options("register_form")
def register(month: str, site: str | None) -> Make:
    """The register of rewards and penalties 工作獎懲臺賬 of a month."""
    return lambda ledger, how: ledger.papers.register(month, site, how)


@_command("public-list", "kaoji print public-list 2026-08 --out 2026-08.pdf")
@month_argument
@site_option
@_paper_options("public_list")
def public_list(month: str, site: str | None) -> Make:
    """The public list 公布張貼 as it was posted; before it is posted a draft that says so, without a code."""
    return lambda ledger, how: ledger.papers.public_list(month, site, how)


@_command("handoff", "kaoji print handoff 2026-08 --out 2026-08.pdf")
@month_argument
@site_option
@_paper_options("payroll")
def handoff(month: str, site: str | None) -> Make:
    """The cover of a hand-off to finance: counts, sums also in words, boxes to sign in."""
    return lambda ledger, how: ledger.papers.handoff(month, site, how)


@_command("deduction-notice", "kaoji print deduction-notice 2026-08 --out 2026-08-notices.pdf")
@month_argument
@click.option(
    "--employee", metavar="EMPLOYEE", help="field:only_employee", shell_complete=completion("employee")
)
@site_option
@_paper_options("deduction_notice")
def deduction_notice(month: str, employee: str | None, site: str | None) -> Make:
    """The notice of a deduction 扣款告知書, a page a person: what is taken, for what, and how to appeal."""
    return lambda ledger, how: ledger.papers.deduction_notice(month, site, employee, how)


@_command("checklist", "kaoji print checklist --area FD --out FD.pdf")
@click.option("--area", metavar="AREA", help="field:area")
@site_option
@_paper_options("daily_check_form")
def checklist(area: str | None, site: str | None) -> Make:
    """An empty sheet 工作日檢表: the standards of an area, what is looked at, boxes to tick."""
    return lambda ledger, how: ledger.papers.checklist(area, site, how)


@_command(
    "appraisal",
    "kaoji print appraisal 2026-09 --department front-desk --out 2026-09.pdf",
    "kaoji print appraisal E017 --out E017.pdf",
)
@click.argument("appraised", metavar="MONTH|EMPLOYEE")
@click.option("--department", metavar="DEPARTMENT", help="field:only_department")
@site_option
@_paper_options("appraisal_form")
def appraisal(appraised: str, department: str | None, site: str | None) -> Make:
    """The appraisal sheets 績效考核表 of a month, a page a person; of one employee the latest."""
    return lambda ledger, how: ledger.papers.appraisal(appraised, site, department, how)


@_command(
    "daily-check",
    "kaoji print daily-check 2026-09-02 --department front-desk --out 2026-09-02.pdf",
    "kaoji print daily-check --empty --out empty.pdf",
)
@click.argument("day", required=False, type=Day(), metavar="DAY")
@click.option("--department", metavar="DEPARTMENT", help="field:only_department")
@click.option("--empty", is_flag=True, help="field:empty_form")
@site_option
@_paper_options("daily_check_form")
def daily_check(day: "date | None", department: str | None, empty: bool, site: str | None) -> Make:
    """The day sheet 工作日檢表 of a department as it was filled in; --empty: the one to fill in, of all areas."""
    if empty:
        return lambda ledger, how: ledger.papers.checklist(None, site, how)
    if day is None or department is None:
        raise InputError("day_and_department")
    return lambda ledger, how: ledger.papers.day_sheet(day, department, site, how)


@_command("examination", "kaoji print examination X2026-0001 --out papers.pdf")
@click.argument("sitting", shell_complete=completion("sitting"))
@click.option("--paper", metavar="NUMBER", help="field:only_paper")
@_paper_options("examination_paper")
def examination(sitting: str, paper: str | None) -> Make:
    """The papers 試卷 of a sitting, by number and without names: to be written on, or as they were answered."""
    return lambda ledger, how: ledger.papers.examination(sitting, paper, how)


@_command("examination-result", "kaoji print examination-result X2026-0001 --out results.pdf")
@click.argument("sitting", shell_complete=completion("sitting"))
@_paper_options("examination_result")
def examination_result(sitting: str) -> Make:
    """The results 成績 of a sitting by paper number; whose they are once they are declared."""
    return lambda ledger, how: ledger.papers.examination_result(sitting, how)
