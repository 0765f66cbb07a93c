"""What came of a sheet's rows, for people and for programs."""

from typing import TYPE_CHECKING, Any

from cli.render import print_line, print_table, print_title, shown, spoken, talk
from cli.settings import settings

if TYPE_CHECKING:
    from ledger.application.recording.imports import Imported, RowVerdict, Warned
    from ledger.errors import LedgerError

_MOST = 200
"""So many rows are shown; --json has all of them."""


def imported_values(imported: "Imported", dry_run: bool) -> dict[str, Any]:
    """As `--json` prints it."""
    found = imported.preview
    return {
        **({"dry_run": True} if dry_run else {}),
        "file_sha256": found.file_sha256,
        "kind": found.kind,
        "site": found.site,
        "month": found.month,
        "sheet": found.sheet,
        "encoding": found.encoding,
        "header_row": found.header[-1].number,
        "columns": dict(found.columns),
        "warnings": [_warning(each) for each in found.warnings],
        "rows": [_row(row) for row in found.rows],
        "totals": found.totals(),
        "recorded": imported.recorded,
        "position": imported.position,
    }


def _row(row: "RowVerdict") -> dict[str, Any]:
    return {
        "row": row.row.number,
        "verdict": row.verdict,
        "id": row.id,
        "command": row.commands[0] if row.commands else None,
        **({"then": list(row.commands[1:])} if row.commands[1:] else {}),
        "errors": [_error(each) for each in row.errors],
        "warnings": [_warning(each) for each in row.warnings],
    }


def _error(error: "LedgerError") -> dict[str, Any]:
    labels = settings().labels()
    return {
        "cell": error.place.get("cell"),
        "field": error.place.get("field"),
        "code": error.code,
        "message": labels.message(error.code, error.fields),
        "hint": labels.hint(error.code, error.fields),
    }


def _warning(warned: "Warned") -> dict[str, Any]:
    return {
        "cell": warned.place.get("cell"),
        "field": warned.place.get("field"),
        "code": warned.code,
        "message": settings().labels().note(warned.code, warned.fields),
    }


_FACTS = (
    *("employee", "clause", "points", "occurred_at", "from", "department", "wage", "minimum_wage"),
    *("occurred_on", "deducted"),
)


def tell(imported: "Imported", dry_run: bool, good_rows: bool) -> None:
    """The rows in question as a table, each refused one's reasons, and the totals."""
    labels, found = settings().labels(), imported.preview
    for warned in found.warnings:
        talk(labels.note(warned.code, warned.fields))
    for note in imported.notes:
        talk(labels.note(note.code, note.fields))
    wanted = ("new", "changes", "refused") if dry_run else ("refused",)
    rows = [row for row in found.rows if row.verdict in wanted or row.warnings]
    if rows:
        where = " · ".join(str(each) for each in (found.sheet, found.encoding, found.month) if each)
        print_title(f"{labels.title(f'import-{found.kind}')} {where}".strip())
        print_table([_line(row) for row in rows[:_MOST]], ["row", "verdict", "id", "text"], right=["row"])
    if len(rows) > _MOST:
        print_line(labels.say("more_rows", rows=len(rows) - _MOST))
    _tell_hints(rows[:_MOST])
    totals = found.totals()
    key = "would_import" if dry_run else "imported" if good_rows or not found.refused else "not_imported"
    recorded = totals["new"] + totals["changes"] if dry_run else imported.recorded
    told = {"known": totals["known"], "skipped": totals["skipped"], "refused": totals["refused"]}
    print_line(labels.say(key, recorded=recorded, **told))
    if found.kind == "payroll" and imported.recorded:
        talk(labels.say("reconcile_next", month=found.month))


def _line(row: "RowVerdict") -> dict[str, Any]:
    labels = settings().labels()
    facts = _facts(row.commands)
    said = [_placed(each.place, labels.message(each.code, each.fields)) for each in row.errors]
    said += [_placed(each.place, labels.note(each.code, each.fields)) for each in row.warnings]
    return {
        "row": str(row.row.number),
        "verdict": "row_refused" if row.verdict == "refused" else row.verdict,
        "id": row.id,
        "text": labels.say("sentence_separator").join(said if row.errors or not facts else [facts, *said]),
    }


def _facts(commands: "tuple[dict[str, Any], ...]") -> str:
    """What a row would record: numbers, codes and days of its first command, and nobody's words."""
    first = commands[0] if commands else {}
    return " ".join(spoken(first[field], field) for field in _FACTS if first.get(field) is not None)


def _placed(place: Any, text: str) -> str:
    return settings().labels().pair(place["cell"], text) if "cell" in place else text


def _tell_hints(rows: "list[RowVerdict]") -> None:
    """Each next step once, on stderr."""
    labels = settings().labels()
    told: dict[str, None] = {}
    for error in (error for row in rows for error in row.errors):
        hint = labels.hint(error.code, error.fields)
        if hint:
            told[hint] = None
    for hint in told:
        print_line(labels.pair(labels.say("hint"), shown(hint)), err=True)
