"""`kaoji exam …`: the question banks of the staff examination 業務考核: show, check, adopt (appraisal §9.4; 篇2)."""

from typing import Any, BinaryIO

import click

from cli.files import InputFile
from cli.localized_help import SpeakingGroup
from cli.policy_view import findings, print_checked, print_finding
from cli.render import print_json, print_line, print_table, print_title, shown
from cli.settings import common_options, json_option, settings
from ledger.application.given_file import whole
from ledger.labels.citations import cited

_DIGEST_SHOWN = 12
_INDENT = "    "


@click.group(cls=SpeakingGroup, help_key="exam")
@common_options
def exam() -> None:
    """Question banks of the staff examination 業務考核 (Doc. 2): show, check, adopt."""


@exam.command(
    "questions",
    help_key="exam questions",
    examples=[
        "kaoji exam questions",
        "kaoji exam questions SC-01 SC-08",
        "kaoji exam questions SC-02 --rubric",
    ],
)
@click.argument("question", metavar="[QUESTION]…", nargs=-1)
@click.option("--bank", metavar="V", help="field:exam_bank")
@click.option("--site", metavar="SITE", help="field:site")
@click.option("--rubric", is_flag=True, help="field:exam_rubric")
@json_option
@common_options
def questions(
    question: tuple[str, ...], bank: str | None, site: str | None, rubric: bool, as_json: bool
) -> None:
    """List the questions of the bank in force; QUESTIONs named are shown as a candidate reads them.

    With --rubric they are shown as the markers have them: criteria, what takes marks off, and what each criterion rests on.
    """
    with settings().open() as ledger:
        version, found = ledger.examination.questions(question, bank, site, rubric)
    if as_json:
        print_json(found)
        return
    labels = settings().labels()
    print_title(f"{labels.title('questions')} {version}")
    if not question and not rubric:
        rows = [
            {
                **each,
                "title": each["title"][labels.language],
                "source": cited(each["source"], labels.language),
            }
            for each in found
        ]
        print_table(rows, ["code", "title", "maximum", "source"], right=["maximum"], spare=["source"])
        return
    for each in found:
        print_question(each, rubric)


def print_question(question: dict[str, Any], rubric: bool) -> None:
    """One question: the case and what is asked, and with `rubric` how it is marked."""
    labels = settings().labels()
    language = labels.language
    click.echo()
    marks = labels.say("of_marks", marks=question["maximum"])
    print_line(shown(f"{question['code']}  {question['title'][language]}  {marks}"), bold=True)
    for paragraph in question["case"][language].split("\n"):
        print_line(shown(paragraph))
    for number, ask in enumerate(question["asks"], start=1):
        print_line(shown(f"{number}. {ask[language]}"))
    if rubric:
        _print_rubric(question)


def _print_rubric(question: dict[str, Any]) -> None:
    """How an answer is marked, and what each criterion rests on."""
    labels = settings().labels()
    language = labels.language
    for criterion in question["criteria"]:
        print_line(shown(f"{criterion['code']}  {criterion['text'][language]}  {_marks(criterion['marks'])}"))
        for basis in criterion["law"]:
            print_line(shown(f"{_INDENT}{_basis(basis)}"))
    for number, act in enumerate(question["forbidden"]):
        told = labels.say("forbidden_act", number=number, text=act["text"][language])
        print_line(shown(f"{told}  {_marks(-act['marks'])}"))
    if question["cap"]:
        print_line(shown(labels.say("capped_at", text=question["cap"]["text"][language])))


def _marks(marks: int) -> str:
    return settings().labels().say("of_marks", marks=marks)


def _basis(basis: dict[str, Any]) -> str:
    """What a criterion rests on; what was not read is said not to be law."""
    labels = settings().labels()
    article = "" if basis["cite"] is None else cited(basis["cite"], labels.language)
    note = "" if basis["note"] is None else basis["note"][labels.language]
    told = labels.say("separator").join(filter(None, (article, note)))
    return told if basis["checked"] else labels.say("basis_unread", basis=told)


@exam.command("banks", help_key="exam banks", examples=["kaoji exam banks"])
@json_option
@common_options
def banks(as_json: bool) -> None:
    """List the question banks: that of the house, and those adopted."""
    with settings().open() as ledger:
        found = ledger.examination.banks()
    if as_json:
        print_json(found)
        return
    labels = settings().labels()
    rows = [
        {
            **row,
            "title": row["title"][labels.language],
            "site": row["site"] or labels.word("all_sites"),
            "from": row["from"] or labels.word("beginning"),
            "digest": row["digest"][:_DIGEST_SHOWN],
        }
        for row in found
    ]
    print_title(labels.title("banks"))
    columns = ["bank", "title", "site", "from", "questions", "position", "digest"]
    print_table(rows, columns, right=["questions", "position"], spare=["digest", "position"])


@exam.command("check", help_key="exam check", examples=["kaoji exam check own-exam.toml"])
@click.argument("file", type=InputFile())
@json_option
@common_options
def check(file: BinaryIO, as_json: bool) -> int:
    """Find everything that is wrong with a question bank FILE (TOML or JSON), or can hardly be meant.

    The exit status is 1 where there is an error: such a file cannot be adopted.
    """
    from ledger.application.policy_documents import read

    document = read(whole(file))
    with settings().open() as ledger:
        checked = ledger.examination.check(document)
    return print_checked(checked, file.name, as_json)


@exam.command("adopt", help_key="exam adopt", examples=["kaoji exam adopt own-exam.toml --by C01"])
@click.argument("file", type=InputFile())
@click.option("--site", metavar="SITE", help="field:policy_site")
@click.option("--by", metavar="EMPLOYEE", help="field:by")
@click.option("--on", metavar="DAY", help="field:on")
@click.option("--dry-run", is_flag=True, help="field:dry_run")
@json_option
@common_options
def adopt(
    file: BinaryIO, site: str | None, by: str | None, on: str | None, dry_run: bool, as_json: bool
) -> None:
    """Adopt a question bank FILE (TOML or JSON), for one site or for all; the file is checked first."""
    from ledger.application.policy_documents import read

    document = read(whole(file))
    given = {name: value for name, value in (("site", site), ("by", by), ("on", on)) if value is not None}
    with settings().open() as ledger:
        for finding in findings(ledger.examination.check(document), file.name):
            if finding["severity"] != "info":
                print_finding(finding, err=True)
        applied = ledger.examination.adopt(document, given, dry_run)
    labels = settings().labels()
    version = document.values["version"]
    if as_json:
        print_json({"bank": version, "position": None if dry_run or applied is None else applied.position})
    elif dry_run or applied is None:
        print_line(labels.say("nothing_recorded"))
    else:
        print_line(shown(labels.say("bank_adopted", version=version, position=applied.position)))


@exam.command("template", help_key="exam template", examples=["kaoji exam template > own-exam.toml"])
@common_options
def template() -> None:
    """Print the question bank of the house as TOML: a start for one of one's own."""
    from ledger.application.examination import template as written

    click.echo(written(), nl=False)
