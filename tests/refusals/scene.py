"""The stage of a refusal: a small office, what is recorded before, and the command line that is refused.

The office is `tests.support.office.office()`, on 2 September 2026, 09:00 in Shanghai, with August still open.
A step is a builder of that module with its arguments (`from` stands for its first day).
"""

import copy
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.commands import COMMANDS
from ledger.examination.loading import house_document
from ledger.policy.loading import house_rules
from tests.refusals.made import MADE
from tests.support import office
from tests.support.office import Commands, lines
from tests.support.story import open_ledger

HERE = Path(__file__).parent
Step = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A refused command and what is said about it; `instead` is what would have been recorded.

    `behind` is what is told after it, of the file's other lines.
    """

    name: str
    rule: str
    code: str
    error: str
    hint: str
    refused: Step | list[Step] = field(default_factory=dict)
    notice: Step = field(default_factory=dict)
    raw: str = ""
    made: str = ""
    behind: str = ""
    before: list[Step] = field(default_factory=list)
    instead: Step = field(default_factory=dict)
    now: str = office.NOW.isoformat()
    status: int = 3
    line: int = 1
    field: str | None = None
    zh: tuple[str, str] | None = None

    def file(self) -> list[bytes]:
        """The apply file that is refused."""
        if self.made:
            return _lines_of(MADE[self.made])
        if self.raw:
            return _lines_of(self.raw.encode())
        if self.notice:
            return lines([office.issue_notice("N1", "E001") | self.notice])
        steps = self.refused if isinstance(self.refused, list) else [self.refused]
        return lines(map(command, steps))

    def accepted(self) -> list[bytes]:
        """The same file with the one difference that lets it through."""
        assert isinstance(self.refused, dict)
        return lines([command(self.refused | self.instead)])


@dataclass(frozen=True)
class Allowed:
    """What is not refused, although it lies close by."""

    name: str
    rule: str
    command: Step
    before: list[Step] = field(default_factory=list)
    now: str = office.NOW.isoformat()

    def file(self) -> list[bytes]:
        """The apply file that goes through."""
        return lines([command(self.command)])


def cases() -> list[Case]:
    """Every case of the files in this folder."""
    return [Case(**_filled(table)) for file in _files() for table in file["case"]]


def allowed() -> list[Allowed]:
    """Everything beside them that goes through."""
    return [Allowed(**table) for file in _files() for table in file.get("allowed", [])]


def _filled(table: dict[str, Any]) -> dict[str, Any]:
    """A case with the names of all commands in its hints, where it has them open."""
    known = sorted(COMMANDS)
    filled = {"hint": table["hint"].replace("{known}", ", ".join(known))}
    if "zh" in table:
        filled["zh"] = [text.replace("{known}", "、".join(known)) for text in table["zh"]]
    return table | filled


def _files() -> Iterator[dict[str, Any]]:
    for path in sorted(HERE.glob("*.toml")):
        yield tomllib.loads(path.read_text("utf-8"))


def _lines_of(raw: bytes) -> list[bytes]:
    return raw.splitlines(keepends=True)


# --- commands ---------------------------------------------------------------------------------------


def impose_sanction(
    sanction: str, employee: str, kind: str = "warning", on: str = "2026-08-31", **changes: Any
) -> Step:
    fields = {"sanction": sanction, "employee": employee, "month": office.MONTH, "kind": kind}
    return {"do": "impose_sanction", **fields, "reasons": "累計過失", "by": "D01", "on": on, **changes}


def revoke_sanction(sanction: str, on: str = "2026-09-01", **changes: Any) -> Step:
    return {
        "do": "revoke_sanction",
        "sanction": sanction,
        "reasons": "查實",
        "by": "D01",
        "on": on,
        **changes,
    }


def adopt_policy(
    version: str,
    effective_from: str = "2026-08-01",
    change: dict[str, Any] | None = None,
    on: str = "2026-08-01",
    **changes: Any,
) -> Step:
    """The house rules, changed at some paths, from a day on ("": from the beginning of time)."""
    document = copy.deepcopy(house_rules()) | {"version": version}
    if effective_from:
        document["effective_from"] = effective_from
    _change(document, change or {})
    return {"do": "adopt_policy", "policy": document, "on": on, **changes}


def _change(document: dict[str, Any], changes: dict[str, Any]) -> None:
    """Puts values at paths of a document; numbers are indices."""
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = document
        for key in way:
            place = place[int(key)] if isinstance(place, list) else place[key]
        place[last] = value


def adopt_questions(
    version: str, change: dict[str, Any] | None = None, on: str = "2026-08-01", **changes: Any
) -> Step:
    """The bank of the house under another name, changed at some paths."""
    bank = copy.deepcopy(house_document()) | {"version": version}
    _change(bank, change or {})
    return {"do": "adopt_questions", "bank": bank, "on": on, **changes}


_MAKERS: dict[str, Callable[..., Step]] = {
    "impose_sanction": impose_sanction,
    "revoke_sanction": revoke_sanction,
    "adopt_policy": adopt_policy,
    "adopt_questions": adopt_questions,
}


def command(step: Step) -> Step:
    """A step as the command of the fixed interface."""
    words = dict(step)
    do = words.pop("do")
    if "from" in words:
        words["start" if do in {"reassign_employee", "rehire_employee"} else "from_"] = words.pop("from")
    maker = _MAKERS.get(do) or getattr(office, do, None)
    return dict(step) if maker is None else maker(**words)


# --- the office -------------------------------------------------------------------------------------


class Stage:
    """Ledgers in which the office and what a case wants before it are recorded; each is made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def ledger_with(self, before: list[Step], now: str) -> Path:
        """The file of a ledger; a refused command leaves it as it is, so that cases may share it."""
        name = repr((before, now))
        if name not in self._made:
            self._made[name] = self._make(list(map(command, before)), now)
        return self._made[name]

    def copy_of(self, ledger: Path) -> Path:
        """A copy in which something may be recorded."""
        copy = ledger.with_suffix(".copy.db")
        office.copy_ledger(ledger, copy)
        return copy

    def _make(self, before: Commands, now: str) -> Path:
        empty = self.ledger_with([], now) if before else None
        file = self._folder / f"{len(self._made)}.db"
        if empty is not None:
            office.copy_ledger(empty, file)
        with open_ledger(file, datetime.fromisoformat(now)) as ledger:
            ledger.record.apply(lines(before or office.office()))
        return file
