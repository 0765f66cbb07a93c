"""`kaoji demo`: a sample office in a ledger of its own, what comes of it, and what to try next.

The figures are those of the reports; only the sentences between them stand here, in `sample/demo.toml`.
"""

import shlex
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import pay_reports, report
from cli.localized_help import SpeakingCommand
from cli.render import print_line, print_table, shown, talk
from cli.sample_office import SAMPLE, SITE, sample_url, sentences
from cli.settings import common_options, settings
from ledger.application.named_folder import unwritable

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk
    from ledger.application.recording.applied import Applied

_MONTH, _SUPERVISOR, _APPEAL = "2026-07", "S03", "A03"
_OFFICE = ("office.jsonl", "appraisal.jsonl")
"""What the sample office records: its notices and payrolls, then a month of appraisal, each in the order of its days."""
_APPRAISED, _DEPARTMENT = "2026-08", "front-desk"
_TO_TRY = {"own.jsonl": "own.jsonl", "notices.csv": "notices.csv", "payroll-map.toml": "maps/payroll.toml"}
"""Files that are laid beside the ledger: commands of one's own, a sheet to import, how a payroll program is mapped."""


@click.command(cls=SpeakingCommand, help_key="demo", examples=["kaoji demo", "kaoji demo --dir my-demo"])
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-office"),
    show_default=True,
    metavar="DIR",
    help="field:dir",
)
@common_options
@click.pass_context
def demo(context: click.Context, folder: Path) -> None:
    """Run the sample office and show what the ledger makes of it.

    The sample has a ledger of its own in DIR; running the demo again records nothing new.
    """
    words = sentences()
    if settings().url is not None:
        raise click.UsageError(words["own_ledger"])
    settings().url = url = sample_url(folder, "other_ledger")
    applied = _prepare(folder)
    print_line(words["office"].format(file=shown(folder / "kaoji.db"), **applied.values()))
    for note in applied.notes:
        talk(settings().labels().note(note.code, note.fields))
    print_line(f"\n{words['monthly']}")
    context.invoke(report.monthly, month=_MONTH, site=SITE)
    print_line(f"\n{words['public_list']}")
    _show(context, "public-list", month=_MONTH, site=SITE)
    print_line(f"\n{words['joint_liability'].format(supervisor=_SUPERVISOR)}")
    context.invoke(report.joint_liability, month=_MONTH, site=SITE, supervisor=_SUPERVISOR)
    with settings().open() as ledger:
        before = _show_appeal(ledger, words)
        (short,) = (
            row for row in ledger.reports.reconciliation(_MONTH, SITE)["rows"] if row["open"] != "0.00"
        )
    print_line(f"\n{words['pay'].format(**short)}")
    context.invoke(pay_reports.reconciliation, month=_MONTH, site=SITE)
    print_line(f"\n{words['appraisal']}")
    _show(context, "appraisal", month=_APPRAISED, department=_DEPARTMENT, site=SITE)
    print_line(f"\n{words['action']}")
    _show(context, "actions", only_open=True, site=SITE)
    _show_next(folder, url, words, before)


def _show(context: click.Context, name: str, **asked: Any) -> None:
    """A report that stands in a file of its own."""
    command = report.report.get_command(context, name)
    assert command is not None
    context.invoke(command, **asked)


def _prepare(folder: Path) -> "Applied":
    """The sample recorded, and the files to try laid beside it. InputError `file_unwritable`."""
    try:
        for name, sample in _TO_TRY.items():
            if not (folder / name).exists():
                (folder / name).write_bytes(SAMPLE.joinpath(sample).read_bytes())
    except OSError as error:
        raise unwritable(folder, error) from None
    told = b"".join(SAMPLE.joinpath(name).read_bytes() for name in _OFFICE)
    with settings().open() as ledger:
        return ledger.record.apply(BytesIO(told))


def _show_appeal(ledger: "Desk", words: dict[str, str]) -> int:
    """An appeal's history and the adjustment it caused; returns the position before the appeal was filed."""
    labels = settings().labels()
    history = ledger.review.history(_APPEAL)
    employee, month = history[0]["fields"]["employee"], history[0]["fields"]["month"]
    print_line(f"\n{words['appeal'].format(employee=employee, month=month)}\n")
    told = [{**entry, "what": _told(entry["fields"])} for entry in history]
    print_table(told, ["position", "on", "by", "kind", "what"], right=["position"])
    (handed,) = _lines(ledger, month, employee, month)
    (line,) = _lines(ledger, _MONTH, employee, month)
    rows = ledger.reports.monthly(month, SITE)
    owed = next((row["deduction"] for row in rows if row["employee"] == employee), "0.00")
    fields = {"month": month, "next": _MONTH, "before": handed["amount"], "after": owed}
    because = labels.say("separator").join(map(str, line["because"]))
    print_line(f"\n{words['effect'].format(amount=line['amount'], because=because, **fields)}\n")
    columns = ["employee", "obligation_month", "component", "amount", "adjustment", "because"]
    print_table([line], columns, right=["amount"])
    before: int = history[0]["position"] - 1
    return before


def _lines(ledger: "Desk", close: str, employee: str, obligation: str) -> list[dict[str, Any]]:
    """What a close submitted for the employee's own notices of a month."""
    return [
        line
        for line in ledger.reports.payroll(close, SITE)["lines"]
        if (line["employee"], line["obligation_month"], line["component"]) == (employee, obligation, "own")
    ]


def _told(fields: dict[str, Any]) -> str:
    """What an appeal's event says: ground or outcome, points, and the words given."""
    labels = settings().labels()
    code = labels.word(fields.get("outcome") or fields.get("ground") or "")
    if "points" in fields:
        code = labels.remarked(code, labels.pair(labels.heading("points"), fields["points"]))
    return labels.pair(code, fields.get("reasons") or fields.get("statement", ""))


def _show_next(folder: Path, url: str, words: dict[str, str], before: int) -> None:
    kaoji = _program()
    language = settings().language
    choose = [f"export KAOJI_LEDGER={shlex.quote(url)}"]
    choose += [] if language is None else [f"export KAOJI_LANG={language}"]
    own = shlex.quote(str(folder / "own.jsonl"))
    print_line(f"\n{words['next']}")
    for key, commands in {
        "try_ledger": choose,
        "try_payroll": [f"{kaoji} report payroll 2026-06"],
        "try_appeals": [f"{kaoji} report appeals"],
        "try_as_of": [f"{kaoji} report monthly 2026-06 --as-of {before}"],
        "try_pay": [f"{kaoji} explain E06 {_MONTH} --pay"],
        "try_appraisal": [f"{kaoji} report appraisal-sheet E10 {_APPRAISED}"],
        "try_round": [f"{kaoji} report inspection INS2"],
        "try_examination": [f"{kaoji} report examination EX1"],
        "try_log": [f"{kaoji} log E01"],
        "try_apply": [f"{kaoji} apply {own}", f"{kaoji} report monthly 2026-08"],
        "try_rebuild": [f"{kaoji} rebuild"],
    }.items():
        print_line(f"\n  {words[key]}")
        for command in commands:
            click.echo(f"    {shown(command)}")


def _program() -> str:
    """How this program was called, so that the commands shown can be copied."""
    called = Path(sys.argv[0])
    script = called.parent.parent / "kaoji"
    if called.name != "__main__.py" or not script.is_file():
        return "kaoji"
    here = Path.cwd()
    return f"./{script.name}" if script.parent == here else shlex.quote(str(script))
