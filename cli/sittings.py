"""The examination 業務考核, typed by hand: open a sitting, record answers, read and mark papers, declare."""

from typing import Any

import click

from cli.exam import print_question
from cli.form_fields import completion
from cli.forms import enter, form
from cli.localized_help import SpeakingGroup
from cli.render import print_json, print_line, print_title, shown
from cli.settings import common_options, json_option, recorded_site_option, settings
from cli.show import show_command
from cli.typed import as_day
from ledger.texts import plain


@click.group(cls=SpeakingGroup, help_key="sitting")
@common_options
def sitting() -> None:
    """Sittings of the staff examination 業務考核 (Doc. 2): open, answer, read, mark, declare, show."""


@sitting.command(
    "open",
    help_key="sitting open",
    examples=[
        "kaoji sitting open --questions SC-01 --questions SC-08 --held-on 2026-09-26 --candidates E001=P-1 "
        "--candidates E003 --markers D01 --markers Q01 --third M01 --by O01"
    ],
)
@click.argument("sitting", metavar="[SITTING]", required=False)
@recorded_site_option
@click.option("--questions", metavar="QUESTION", multiple=True, required=True, help="field:questions")
@click.option("--held-on", metavar="DAY", required=True, help="field:held_on")
@click.option("--candidates", metavar="EMPLOYEE=PAPER", multiple=True, required=True, help="field:candidates")
@click.option(
    "--markers",
    metavar="EMPLOYEE",
    multiple=True,
    required=True,
    help="field:markers",
    shell_complete=completion("markers"),
)
@click.option("--third", metavar="EMPLOYEE", help="field:third", shell_complete=completion("third"))
@click.option(
    "--retake-of", metavar="SITTING", help="field:retake_of", shell_complete=completion("retake_of")
)
@click.option("--by", metavar="EMPLOYEE", required=True, help="field:by", shell_complete=completion("by"))
@click.option("--on", metavar="DAY", help="field:on")
@click.option("--dry-run", is_flag=True, help="field:dry_run")
@json_option
@common_options
def open_(dry_run: bool, as_json: bool, **given: Any) -> None:
    """A sitting of the examination 業務考核 (Doc. 2): which questions, when, who sits, who marks.

    Candidates without a paper number get P-1, P-2, and so on. There are two markers, and a third for where they differ.
    """
    values: dict[str, Any] = {"do": "open_sitting", **_said(given)}
    values["questions"] = [plain(code).upper() for code in given["questions"]]
    values["candidates"] = _seated(given["candidates"])
    values["markers"] = [plain(marker) for marker in given["markers"]]
    values["held_on"] = as_day(given["held_on"])
    enter(values, dry_run, as_json)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, days as the ledger reads them."""
    said = {name: plain(value) for name, value in given.items() if isinstance(value, str) and value}
    return said | ({"on": as_day(given["on"])} if given["on"] else {})


def _seated(candidates: tuple[str, ...]) -> list[dict[str, str]]:
    """`E001=P-1`, or `E003` alone, which gets the next number that nobody has."""
    pairs = [plain(each).partition("=")[::2] for each in candidates]
    taken = {paper for _, paper in pairs}
    free = (number for n in range(1, 2 * len(pairs) + 1) if (number := f"P-{n}") not in taken)
    return [{"employee": employee, "paper": paper or next(free)} for employee, paper in pairs]


form(
    sitting,
    "answer",
    "record_answer",
    "sitting",
    "paper",
    "question",
    examples=['kaoji sitting answer K2026-0001 P-1 SC-01 --text "先出示合同……" --on 2026-09-26'],
)


@sitting.command(
    "mark",
    help_key="sitting mark",
    examples=[
        "kaoji sitting mark K2026-0001 P-1 SC-01 --marks 1=3 --marks 2=2 --marks 3=2 --marks 4=1 --marks 5=0 --by D01",
        "kaoji sitting mark K2026-0001 P-1 SC-02 --marks 1=0 --marks 2=2 --marks 3=1 --marks 4=2 --marks 5=1 "
        "--capped --by Q01",
    ],
)
@click.argument("sitting", metavar="SITTING", shell_complete=completion("sitting"))
@click.argument("paper", metavar="PAPER")
@click.argument("question", metavar="QUESTION")
@click.option("--marks", metavar="CRITERION=N", multiple=True, required=True, help="field:marks")
@click.option("--forbidden", metavar="N", multiple=True, type=int, help="field:forbidden")
@click.option("--capped", is_flag=True, help="field:capped")
@click.option("--comment", metavar="TEXT", help="field:comment")
@click.option("--by", metavar="EMPLOYEE", required=True, help="field:by", shell_complete=completion("by"))
@click.option("--on", metavar="DAY", help="field:on")
@click.option("--dry-run", is_flag=True, help="field:dry_run")
@json_option
@common_options
def mark(dry_run: bool, as_json: bool, **given: Any) -> None:
    """The marks one marker gives an answer, criterion by criterion: 0 is a mark, one left out is not.

    `kaoji sitting read` shows the answer, and with --rubric how it is marked.
    """
    values: dict[str, Any] = {"do": "mark_answer", **_said(given)}
    values["question"] = plain(given["question"]).upper()
    values["marks"] = dict(map(_mark, given["marks"]))
    if given["forbidden"]:
        values["forbidden"] = list(given["forbidden"])
    if given["capped"]:
        values["capped"] = True
    enter(values, dry_run, as_json)


def _mark(typed: str) -> tuple[str, int | str]:
    """`1=3`; what is no number is left for the command to refuse."""
    criterion, _, marks = plain(typed).partition("=")
    return criterion, int(marks) if marks.isascii() and marks.isdigit() else marks


form(sitting, "declare", "declare_results", "sitting", examples=["kaoji sitting declare K2026-0001 --by O01"])


@sitting.command("read", help_key="sitting read", examples=["kaoji sitting read K2026-0001 P-1 --rubric"])
@click.argument("sitting", metavar="SITTING", shell_complete=completion("sitting"))
@click.argument("paper", metavar="PAPER")
@click.option("--rubric", is_flag=True, help="field:exam_rubric")
@json_option
@common_options
def read(sitting: str, paper: str, rubric: bool, as_json: bool) -> None:
    """Read a paper: each question and what was answered, without the name; with --rubric how it is marked, too."""
    with settings().open() as ledger, ledger.look_at_log(None) as look:
        found = look.paper(plain(sitting), plain(paper))
    if as_json:
        print_json(found)
        return
    labels = settings().labels()
    print_title(f"{labels.word('paper')} {plain(paper)}")
    for each in found:
        print_question(each["question"], rubric)
        if each["answered"]:
            print_line(shown(f"{labels.say('answer_told')} {each['text'] or each['sha256']}"), bold=True)
        else:
            print_line(labels.say("answer_none"))


show_command(sitting, "sitting", "kaoji sitting show K2026-0001")
