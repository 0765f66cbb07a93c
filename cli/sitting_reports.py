"""`kaoji report examination` and `examinations`: one sitting by paper number, and whose results stand."""

from typing import Any

import click

from cli.form_fields import completion
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line, print_table, print_title, shown
from cli.settings import as_of_option, common_options, json_option, settings, site_option


@click.command(
    "examination",
    cls=SpeakingCommand,
    help_key="report examination",
    examples=["kaoji report examination K2026-0001"],
)
@click.argument("name", metavar="SITTING", shell_complete=completion("sitting"))
@as_of_option
@json_option
@common_options
def examination(name: str, as_of: str | None, as_json: bool) -> None:
    """One sitting by paper number: marks when both markers' are in, results, and after the declaration whose they are."""
    with settings().open() as ledger:
        found = ledger.reports.examination(name, None if as_of is None else ledger.position_of(as_of))
    if as_json:
        print_json(found)
        return
    labels = settings().labels()
    print_title(f"{labels.title('examination')} {found['sitting']} · {found['site']} · {found['held_on']}")
    print_line(shown(_told(found)))
    rows = [
        {
            "paper": row["paper"],
            "employee": row["employee"],
            **{answer["question"]: _marks(answer) for answer in row["answers"]},
            "total": row["total"],
            "percent": row["percent"],
            "result": row["result"],
        }
        for row in found["rows"]
    ]
    codes = [question["code"] for question in found["questions"]]
    numbers = [*codes, "total", "percent"]
    print_table(rows, ["paper", "employee", *numbers, "result"], right=numbers)
    print_line("")
    for question in found["questions"]:
        print_line(shown(f"{question['code']}  {question['title'][labels.language]}"))


def _told(found: dict[str, Any]) -> str:
    """Bank, markers and the day of the declaration on one line."""
    labels = settings().labels()
    who = [*found["markers"], *([found["third"]] if found["third"] else [])]
    facts = {
        "bank": found["bank"],
        "markers": labels.say("separator").join(who),
        "retake_of": found["retake_of"],
        "declared_on": found["declared_on"] or labels.say("not_yet"),
    }
    told = (
        labels.say("told", name=labels.heading(name), value=value) for name, value in facts.items() if value
    )
    return labels.say("told_next").join(told)


def _marks(answer: dict[str, Any]) -> str | None:
    """`8/9 → 8.5`; the final mark alone where there are no marks to show."""
    final: str | None = answer["final"]
    if answer["marks"] is None:
        return final
    told = "/".join(str(mark) for mark in answer["marks"] if mark is not None)
    return f"{told} → {final or settings().labels().say('third_awaited')}"


@click.command(
    "examinations",
    cls=SpeakingCommand,
    help_key="report examinations",
    examples=["kaoji report examinations", "kaoji report examinations --employee E001"],
)
@click.option("--employee", metavar="EMPLOYEE", help="field:employee", shell_complete=completion("employee"))
@site_option
@as_of_option
@json_option
@common_options
def examinations(employee: str | None, site: str | None, as_of: str | None, as_json: bool) -> None:
    """Declared results of examinations, of a site or of one person, and which of them stands after retakes."""
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        found = ledger.reports.examinations(employee, site, position)
    if as_json:
        print_json(found)
        return
    print_title(settings().labels().title("examinations"))
    columns = ["employee", "name", "sitting", "held_on", "percent", "result", "stands", "bank"]
    print_table(found, columns, right=["percent"], spare=["bank"])
