"""What pay took of a closed month: told from a sheet or pasted, looked at person by person, recorded whole, and settled."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from ledger.errors import InputError, LedgerError
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.done import done_page
from web.routes import form
from web.spoken import LAST_RUN, REGULAR_RUN
from web.surely import surely

if TYPE_CHECKING:
    from ledger.application.recording.imports import Asked, Imported, RowVerdict

Values = dict[str, Any]
_LARGEST: Final = 180 * 1024
"""How large a sheet may be here: it goes along with what is checked, and no copy of it stays on the server."""
_HEADER: Final = "工號\t實扣金額\t未扣原因\n"
_LAST, _OTHER = ":last", ":other"
"""The runs that are chosen and then named."""
_RETURN: Final = Act("record_payroll", (), "next_returned")
_SETTLE: Final = Act(
    "settle_difference",
    (Field("how", "choice", choices=("carry", "write_off"), called="settled_how"), Field("reason", "long")),
    "next_settled",
)


@dataclass(frozen=True, slots=True)
class _Given:
    """A sheet as it was given. `pasted`: as text, which may lack the line of headings."""

    content: bytes
    pasted: bool


def may_return(ask: Ask, site: str) -> bool:
    """Whether the person may say what pay took, now."""
    return ask.past is None and ask.desk.imports.may_return(site)  # type: ignore[attr-defined]


def may_settle(ask: Ask, report: Values) -> set[str]:
    """Of whom the person may settle what is open, now: carried on or written off."""
    if ask.past is not None:
        return set()
    about = {"do": "settle_difference", "site": report["site"], "month": report["month"], "reason": "–"}
    waiting = [row["employee"] for row in report["rows"] if row["open"] not in (None, "0.00")]
    return {
        name
        for name in waiting
        if any(ask.desk.could({**about, "employee": name, "how": how}) for how in ("carry", "write_off"))
    }


@form("/payroll/{month}/return", largest=1024 * 1024)
def give_back(ask: Ask) -> Response:
    """A sheet is chosen or pasted, then shown person by person beside what was handed over, then recorded as a whole."""
    ask.require_now()
    with ask.desk.look() as look:
        site = look.site(None)
        ask.desk.imports.require_return(site)  # type: ignore[attr-defined]
        report = look.reconciliation(ask.path("month"), site)
        today = look.today(site).isoformat()
    shown: Values = {"report": report, "today": today, "told": None, "runs": _runs(report)}
    step = ask.form.get("step", "")
    if step not in ("check", "record"):
        return ask.page("return_form", **shown)
    try:
        given = _given(ask)
        asked = _asked(ask, site, today)
        content, tried = _tried(ask, given, asked)
        seen = _digest(tried)
        if step == "record" and not tried.refused and seen == ask.form.get("seen"):
            return _recorded(ask, content, asked)
    except LedgerError as error:
        return ask.page("return_form", 422, **(shown | {"told": ask.speech.refusal(error)}))
    status = 409 if step == "record" else 422 if tried.refused else 200
    return _check(ask, status, content, tried, seen, report)


def _runs(report: Values) -> list[str]:
    """The month's regular run, and whichever others something was told of."""
    return [REGULAR_RUN, *sorted({each["run"] for each in report["returns"]} - {REGULAR_RUN})]


def _run(ask: Ask) -> str:
    """The run that is told of. InputError `field_missing` where somebody's last or another one is chosen and not named."""
    chosen, named = ask.form.get("run", "").strip(), ask.form.get("run_of", "").strip()
    if chosen not in (_LAST, _OTHER):
        return chosen or REGULAR_RUN
    if not named:
        raise InputError("field_missing", field="run")
    return f"{LAST_RUN}{named}" if chosen == _LAST else named


def _given(ask: Ask) -> _Given:
    """What was sent: a file, pasted text, or what was checked before. InputError `field_missing`, `sheet_too_large`."""
    upload, text = ask.files.get("file"), ask.form.get("pasted", "")
    if ask.form.get("sheet"):
        try:
            return _Given(base64.b64decode(ask.form["sheet"], validate=True), False)
        except ValueError:  # binascii.Error among them
            raise InputError("sheet_not_a_table", found="other_file") from None
    pasted = upload is None or not upload.content
    content = _in_columns(text).encode() if upload is None or not upload.content else upload.content
    if not content.strip():
        raise InputError("field_missing", field="deducted")
    if len(content) > _LARGEST:
        raise InputError("sheet_too_large", found="sheet_file_kib", limit=_LARGEST // 1024)
    return _Given(content, pasted)


def _in_columns(text: str) -> str:
    """Pasted lines, whose columns may be kept apart by blanks alone."""
    apart = re.compile(r"[ \u3000]+")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line if re.search(r"[\t,;]", line) else apart.sub("\t", line) for line in lines if line)


def _asked(ask: Ask, site: str, today: str) -> "Asked":
    from ledger.application.recording.imports import Asked

    try:
        on = date.fromisoformat(ask.form.get("on", "").strip() or today)
    except ValueError:
        raise InputError("field_wrong", field="on", value=ask.form["on"][:40], reason="day") from None
    return Asked(
        site=site,
        month=ask.path("month"),
        on=on,
        run=_run(ask),
        correction=ask.form.get("correction", "").strip() or None,
    )


def _tried(ask: Ask, given: _Given, asked: "Asked") -> "tuple[bytes, Imported]":
    """What each row would come to; pasted lines without a line of headings get one."""
    imports = ask.desk.imports
    try:
        return given.content, imports.run("payroll", given.content, asked, dry_run=True)
    except InputError as error:
        if not given.pasted or error.code != "sheet_without_header":
            raise
    content = _HEADER.encode() + given.content
    return content, imports.run("payroll", content, asked, dry_run=True)


def _digest(tried: "Imported") -> str:
    """What was shown of a sheet: each row, what comes of it and what it says."""
    rows = [(row.row.number, row.verdict, row.id, row.commands) for row in tried.preview.rows]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _check(ask: Ask, status: int, content: bytes, tried: "Imported", seen: str, report: Values) -> Response:
    note = ask.speech.labels.note
    run = _run(ask)
    rows = [_row(ask, row, report, run) for row in tried.preview.rows if not row.total or row.errors]
    above = _HEADER.count("\n") if content.startswith(_HEADER.encode()) else 0
    return ask.page(
        "return_check",
        status,
        report=report,
        above=above,
        rows=[row for row in rows if row["verdict"] != "skipped"],
        notes=[note(each.code, each.fields) for each in tried.preview.warnings]
        + [note(each.code, each.fields) for each in tried.notes],
        totals=tried.preview.totals(),
        taken=sum((row["taken"] or Decimal() for row in rows), Decimal()),
        refused=tried.refused,
        nothing=tried.preview.totals()["new"] + tried.preview.totals()["changes"] == 0,
        moved=status == 409,
        carried={
            name: ask.form[name] for name in ("run", "run_of", "correction", "on") if ask.form.get(name)
        },
        sheet=base64.b64encode(content).decode(),
        seen=seen,
    )


def _row(ask: Ask, row: "RowVerdict", report: Values, run: str) -> Values:
    """A row beside what was handed over of the person. Money is in yuan; None: nothing is known of it."""
    person = str(row.id or "")
    stands = next((each for each in report["rows"] if each["employee"] == person), None)
    said = row.commands[0]["deducted"].get(person) if row.commands else None
    if said is None and stands is not None:
        said = stands["runs"].get(run)
    expected = None if stands is None or stands["expected"] is None else Decimal(stands["expected"])
    taken = None if said is None else Decimal(said)
    labels = ask.speech.labels
    return {
        "number": row.row.number,
        "employee": person,
        "called": stands["name"] if stands is not None else "",
        "expected": expected,
        "taken": taken,
        "differs": None if taken is None else (expected or Decimal()) - taken,
        "verdict": row.verdict,
        "told": "row_refused" if row.verdict == "refused" else row.verdict,
        "errors": [ask.speech.refusal(each) for each in row.errors],
        "warnings": [labels.note(each.code, each.fields) for each in row.warnings],
    }


def _recorded(ask: Ask, content: bytes, asked: "Asked") -> Response:
    """Records the sheet as a whole. What was sent twice is found to be known."""
    done = surely(partial(ask.desk.imports.run, "payroll", content, asked))
    month = ask.path("month")
    shown = {
        "act": _RETURN,
        "title": ask.speech.say("return_title", month=month),
        "back": ask.link(f"/payroll/{month}/reconciliation"),
    }
    return done_page(ask, shown, [done.position], done.notes, again=not done.recorded)


# --- a difference ---------------------------------------------------------------------------------------


@form("/payroll/{month}/settle/{employee}")
def settle(ask: Ask) -> Response:
    """All that is open of somebody's month is carried into the next run or written off, with a reason."""
    month, speech = ask.path("month"), ask.speech
    with ask.desk.look() as look:
        site = look.site(None)
        rows = look.reconciliation(month, site)["rows"]
    row = next((each for each in rows if each["employee"] == ask.path("employee")), None)
    if row is None or row["open"] is None:
        return ask.console.problem(ask, 404, "no_page")
    about = [(speech.heading("employee"), f"{row['employee']} {row['name']} · {month}")]
    about += [
        (speech.heading(name), "–" if row[name] is None else row[name])
        for name in ("expected", "actual", "difference", "settled", "open")
    ]
    fixed = {"site": site, "month": month, "employee": row["employee"]}
    _require_settler(ask, {"do": "settle_difference", **fixed, "reason": "–"})
    title = speech.say("settle_title")
    return run(ask, _SETTLE, fixed, title, about, ask.link(f"/payroll/{month}/reconciliation"))


def _require_settler(ask: Ask, values: Values) -> None:
    """The refusal of whoever can neither carry it on nor write it off now."""
    refused: LedgerError | None = None
    for how in ("carry", "write_off"):
        try:
            ask.desk.preview({**values, "how": how})
        except LedgerError as error:
            refused = refused or error
        else:
            return
    if refused is not None:
        raise refused
