"""An office whose every text was written by somebody who means harm, and every command line that shows it."""

import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import BaseModel

from docs.pages.command_line import Speaking, commands
from ledger import terms
from ledger.commands import COMMANDS, parts_of, rows_of
from ledger.policy import loading
from ledger.subjects import APART, OWNED
from tests.completeness.scene import everything
from tests.support import office as of

FORGED = "FORGED"
"""Stands where a line would begin if a break in somebody's text were obeyed."""

ADMITTED = (
    "=1+1 [red]x[/red] [link=http://e]l[/link] </td><script>x</script> {{7*7}} {x} "
    "\u202e\u2066\u200e\u200b\u00ad\u2800\ufe0f\U000e0041\u3164\x9b31m\x9d8;;http://e\x9c\x85FORGED\u2028FORGED\rFORGED\n"
    "FORGED\thint: x"
)
"""What the ledger lets in: only C0 controls are refused at the door."""

ESCAPES = "\x1b[2J\x1b]8;;http://e\x07\b\b\x7f\x0b\x0c"
"""What it refuses there, and what an environment, a file name or a ledger from elsewhere may hold all the same."""

HOSTILE = ESCAPES + ADMITTED


def texts(model: type[BaseModel]) -> Iterator[str]:
    """The fields of a command whose texts have no pattern of their own."""
    for name, field in model.model_fields.items():
        if _takes_text(field.annotation, field.metadata):
            yield field.alias or name


def _takes_text(annotation: Any, metadata: Any) -> bool:
    if any(getattr(each, "func", None) is terms._check_text for each in metadata):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(True for _ in texts(annotation))
    nested = getattr(annotation, "__metadata__", ())
    return any(_takes_text(each, nested) for each in get_args(annotation) if not isinstance(each, str))


def _texts_of(model: type[BaseModel]) -> frozenset[str]:
    """The fields of a command and of its parts whose texts have no pattern of their own."""
    inner = (parts_of(model) | rows_of(model)).values()
    return frozenset(texts(model)).union(*map(_texts_of, inner)) - UNSPOILT


UNSPOILT = frozenset(("checklist", "policy", "timezone"))
TEXTS = frozenset(field for command in COMMANDS.values() for field in texts(command)) - UNSPOILT
"""The fields of commands that take any text (the checklist and the policy are filled by hand below)."""


def policy(text: str) -> dict[str, Any]:
    """The house rules under another version, with titles and sources by somebody who means harm."""
    document = _with(
        loading.house_rules(), {"title", "source", "late_source", "zh-Hant", "zh-Hans", "en"}, text
    )
    return {**document, "version": "hostile-1", "effective_from": "2026-09-01"}


def _with(value: Any, keys: set[str], text: str, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _with(one, keys, text, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_with(one, keys, text, key) for one in value]
    return text + value if key in keys and isinstance(value, str) else value


def story(text: str) -> of.Commands:
    """Most kinds of commands once, with this text in every field that takes one."""
    short = text[-60:]
    told = [
        *of.office(),
        of.reassign_employee("E002", "2026-07-01", post="x", name="x"),
        of.issue_notice(
            "N1",
            "E001",
            5,
            place="x",
            inspection="x",
            distinct_because="x",
            evidence=[{"name": "x", "sha256": "ab" * 32}],
        ),
        of.issue_notice("N2", "E002", 3, clause="FD-02"),
        of.issue_notice("N3", "E003", 12),
        of.issue_notice("N4", "E004", 2, clause="PF-D"),
        of.acknowledge_notice("N1", how="commented", statement="x", witnesses=["x"]),
        of.acknowledge_notice("N3", how="signed"),
        of.rectify_notice("N3"),
        of.remark_notice("N1"),
        of.correct_notice("N2", points=2, narrative="x", place="x"),
        of.find_responsibility("N1"),
        of.find_responsibility("N2"),
        of.clear_responsibility("N2"),
        of.file_appeal("A1", "E001", {"notice": "N1"}, late_reason="x", key="x"),
        of.file_appeal("A2", "E002", {"notice": "N2"}, evidence=[{"name": "x", "sha256": "ab" * 32}]),
        of.reply_to_appeal("A2", evidence=[{"name": "x", "sha256": "cd" * 32}]),
        of.attach_evidence({"notice": "N1"}, "ab" * 32),
        of.attach_evidence({"appeal": "A2"}, "ef" * 32, by="E002"),
        of.discard_evidence({"appeal": "A2"}, "ef" * 32, by="E002"),
        of.decide_appeal("A2", "dismissed", "H02"),
        of.escalate_appeal("A2"),
        of.grant_reward("R1", "E004", 2),
        of.grant_reward("R2", "E004", 2, occurred_on="2026-08-16"),
        of.withdraw_reward("R2"),
        of.record_wage("E002", "3000.00", "2200.00"),
        {
            "do": "impose_sanction",
            "sanction": "S1",
            "employee": "E003",
            "month": "2026-08",
            "kind": "warning",
            "reasons": "x",
            "by": "D01",
            "on": "2026-08-20",
        },
        of.withdraw_notice("N4", "2026-08-13"),
        of.issue_notice("N5", "E004", 2, clause="PF-D", issued_on="2026-08-13", replaces="N4"),
        {
            "do": "record_hearing",
            "about": {"review": {"employee": "E003", "month": "2026-08"}},
            "present": ["E003"],
            "summary": "x",
            "by": "M01",
            "on": "2026-08-18",
        },
        {
            "do": "record_union_notice",
            "employee": "E003",
            "month": "2026-08",
            "answer": "x",
            "by": "M01",
            "on": "2026-08-18",
        },
        of.record_departure("E004", "2026-08-20", reason="x"),
        of.register_employee("F01"),
        of.appoint("finance", "F01"),
        of.rehire_employee("E004", "2026-08-25", post="x"),
        of.correct_departure("E004", None),
        {"do": "adopt_policy", "policy": policy(text), "on": "2026-08-20", "by": "C01"},
    ]
    return [_spoilt(command, text, short) for command in (*told, *_of_newer_kinds(told))]


def _of_newer_kinds(told: of.Commands) -> of.Commands:
    """What the scene of completeness tells of kinds that the story lacks, with the notices and people it is about."""
    known = {_kind_of(command) for command in told}
    newer = [
        each
        for each in everything()
        if (_kind_of(each) in (*OWNED, *APART) and _kind_of(each) not in known)
        or each["do"].endswith(("_appraisal", "_sheet"))  # what an objection is made to
        or each["do"] in ("record_answer", "mark_answer")  # what a sitting is about
    ]
    about = {each.get("notice") for each in newer} - {each.get("notice") for each in told}
    whose = {each.get("employee") for each in newer} - {each.get("employee") for each in told}
    return [
        each
        for each in everything()
        if each in newer
        or (each["do"] == "issue_notice" and each["notice"] in about)
        or (each["do"] in ("register_employee", "record_departure") and each["employee"] in whose)
    ]


def _kind_of(command: dict[str, Any]) -> str:
    return COMMANDS[command["do"]].subject.partition(":")[0]


def returned(text: str) -> dict[str, Any]:
    """What pay took of July, with such words; after its close."""
    said = {"deducted": {"E001": "1.00"}, "notes": {"E001": text}, "correction": text}
    return {
        "do": "record_payroll",
        "site": of.SITE,
        "month": "2026-07",
        "by": "F01",
        "on": "2026-08-04",
        **said,
    }


def posted(text: str) -> dict[str, Any]:
    """July's public list, posted at such a place; after its close."""
    return of.post_public_list("2026-07", "2026-08-04", places=[text])


def _spoilt(command: dict[str, Any], text: str, short: str) -> dict[str, Any]:
    fields = _texts_of(COMMANDS[command["do"]])

    def spoilt(field: str, value: Any) -> Any:
        if field == "evidence":
            return (
                {**value, "name": text}
                if isinstance(value, dict)
                else [{**one, "name": text} for one in value]
            )
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [{name: spoilt(name, held) for name, held in one.items()} for one in value]
        if field == "witnesses":
            return [text]
        if field == "department":
            return f"{short}{value}"[-64:]
        return text if field in fields else value

    return {field: spoilt(field, value) for field, value in command.items()}


# --- every command ------------------------------------------------------------------------------------

D = "--dry-run"
_BY_HAND: dict[str, str] = {
    "appeal decide": f"A1 --outcome dismissed --reasons @ --by H01 {D}",
    "appeal dossier": "A1 --out @new",
    "appeal escalate": f"A2 --statement @ {D}",
    "appeal file": f"--by E003 --notice N3 --ground facts --statement @ --late-reason @ {D}",
    "appeal hear": f"--employee E003 --month 2026-08 --present E003 --summary @ --by M01 {D}",
    "appeal reply": f"A1 --statement @ --evidence @file --by I01 {D}",
    "appeal show": "A1",
    "appeal withdraw": f"A1 --on 2026-08-14 {D}",
    "apply": "@file",
    "backup": "@new",
    "checklist": "--department @ --out @new",
    "checkpoint": "",
    "compare": "E001 2026-08 --as-of 40",
    "demo": "--dir @",
    "due": "",
    "employee correct-departure": f"E004 --no-departure --reason @ --by O01 {D}",
    "employee depart": f"E004 --on 2026-08-31 --reason @ {D}",
    "employee erase": f"E001 --ground service_ended --by O01 {D}",
    "employee export": "E001 --out @new",
    "employee find": "@",
    "employee handouts": "E001",
    "employee list": "",
    "employee reassign": f"E004 --from 2026-09-01 --name @ --post @ {D}",
    "employee rehire": f"E004 --from 2026-09-02 --department front --post @ {D}",
    "employee register": f"--name @ --department front --from 2026-09-01 --post @ {D}",
    "employee show": "E001",
    "explain": "E001 2026-08",
    "export payroll": "2026-07 --out @new",
    "export books": "--format hledger --out @new --map @file",
    "export tiles": "@new",
    "finding clear": f"N1 --reason @ --by D01 {D}",
    "finding record": f"N3 --finding @ --by D01 {D}",
    "grant": "--app @ --audit @ --sql",
    "inspection import": "@file --by I01",
    "key show": "",
    "ledgers": "",
    "log": "E001",
    "month close": f"2026-08 --by D01 {D}",
    "month show": "2026-08",
    "notice acknowledge": f"N2 --how commented --statement @ --witness @ {D}",
    "notice correct": f"N3 --narrative @ --place @ --reason @ --by I01 {D}",
    "notice issue": "--employee E004 --clause FD-03 --points 1 --occurred-at 2026-08-20T10:00:00+08:00 "
    f"--narrative @ --place @ --inspection @ --evidence @file --issued-by I01 {D}",
    "notice list": "--department @",
    "notice rectify": f"N1 --action @ --by L01 {D}",
    "notice remark": f"N1 --text @ --by I01 {D}",
    "notice show": "N1",
    "notice withdraw": f"N1 --reason @ --by I01 {D}",
    "office appoint": f"--office director --employee D01 --from 2026-09-01 {D}",
    "office list": "",
    "payroll return": f"2026-07 --deducted E001=1.00 --notes E001=@ --correction @ --by F01 {D}",
    "payroll settle": f"E001 2026-07 --how carry --reason @ --by M01 {D}",
    "policy adopt": f"@policy --by D01 {D}",
    "policy check": "@policy",
    "policy clauses": "@",
    "policy diff": "house @policy",
    "policy list": "",
    "policy show": "--version hostile-1",
    "policy template": "",
    "project": "",
    "rebuild": "",
    "receipt": "N1 --out @new",
    "report appeals": "",
    "report fairness": "2026-08",
    "report joint-liability": "2026-08",
    "report monthly": "2026-08",
    "report payroll": "2026-07",
    "report public-list": "2026-08",
    "report reconciliation": "2026-07",
    "report rewards": "2026-08",
    "report sanctions": "2026-08",
    "restore": "@new",
    "reward grant": "--employee E003 --points 2 --occurred-on 2026-08-15 --reason @ --by L01 --approved-by D01 "
    f"{D}",
    "reward show": "R1",
    "reward withdraw": f"R1 --reason @ --by D01 {D}",
    "sanction impose": f"--employee E003 --month 2026-08 --kind dismissal --reasons @ --by D01 --checklist @=@ {D}",
    "sanction revoke": f"S1 --reasons @ --by D01 {D}",
    "sanction show": "S1",
    "sanction tell-union": f"--employee E003 --month 2026-08 --answer @ --by M01 {D}",
    "serve": "--code @ --desk @new --host 0.0.0.0",
    "site list": "",
    "site register": f"north --name @ {D}",
    "site show": "jinse",
    "verify": "--deep --sheets",
    "wage record": f"E001 2026-08 --wage 3000.00 --minimum-wage 2000.00 {D}",
    "what-if": "A1 --outcome revoked",
    "witness add": "@file --vkey @",
    "witness new-key": "@ --out @new",
    "witness request": "--out @new",
    "witness sign": "@file --key @file --vkey @ --out @new",
}
"""A line for each command that shows what stands in the ledger; `@` is the hostile text, `@file` and `@policy` files
named by it, `@new` such a name that is free."""


def _by_example(command: Speaking, path: str) -> str:
    """The line of a command that has none by hand: its example, with the hostile text in place of every text."""
    _, *words = shlex.split(command.examples[0])
    told = [("@" if not word.isascii() or " " in word else word) for word in words[len(path.split()) :]]
    return " ".join([*told, *([D] if "dry_run" in {each.name for each in command.params} else [])])


LINES = {
    path: _BY_HAND[path] if path in _BY_HAND else _by_example(command, path)
    for command, context in commands()
    if not isinstance(command, click.Group)
    and (path := context.command_path.removeprefix("kaoji ")) not in ("key new", "key rotate")
}
"""The line of every command but those that change the signing key."""


def words(path: str, folder: Path, text: str) -> list[str]:
    """The line of a command as it is typed."""
    put = {
        "@": text,
        "@=@": f"{text}={text}",
        "@new": str(folder / f"new{len(list(folder.iterdir()))}{name(text)}"),
    }
    put |= {"@file": str(folder / f"file{name(text)}"), "@policy": str(folder / f"policy{name(text)}")}
    return [*path.split(), *(put.get(word, word) for word in LINES[path].split())]


def name(text: str) -> str:
    """The text as a file can be named."""
    return text.replace("/", "")[-60:]


def toml(text: str) -> str:
    """A policy file with such texts."""
    quoted = "".join(f"\\U{ord(character):08x}" for character in text)
    file = loading_text().replace('source = "', f'source = "{quoted}').replace('en = "', f'en = "{quoted}')
    file = file.replace('version = "house-2"', 'version = "file-1"\n"' + quoted + '" = 1')
    tomllib.loads(file)
    return file


def loading_text() -> str:
    return (Path(loading.__file__).parent / "house.toml").read_text("utf-8")
