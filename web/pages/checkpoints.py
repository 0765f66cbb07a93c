"""The checkpoints that are kept, for the auditor: whose signatures each bears, whether they hold, its file, its code."""

from typing import Any, Final

from starlette.responses import Response

from web.ask import Ask, lines_of, whole
from web.routes import form, get

_SHOWN: Final = 20
_STATES: Final = {"holds": "good", "no_key": "when"}
"""How a checkpoint's state is marked; any other is a fault."""


@get("/audit/checkpoints", twin=True)
def checkpoints(ask: Ask) -> Response:
    """Twenty a page, the newest first, `?before=` a number further back; cosignatures are held against `?keys=`."""
    rows = ask.desk.witness.kept(lines_of(ask.query("keys")), whole(ask.query("before")), _SHOWN + 1)
    shown = rows[:_SHOWN]
    if ask.is_twin:
        return ask.json([row.values() for row in shown])
    return ask.page(
        "checkpoints",
        rows=shown,
        states=_STATES,
        keys=ask.query("keys"),
        further=str(shown[-1].number) if len(rows) > _SHOWN else None,
        position=ask.desk.position(),
    )


@form("/audit/checkpoints/{checkpoint}", records=False)
def checkpoint(ask: Ask) -> Response:
    """One of them as it is kept, with a code that holds all of it; sent, the form answers with the file."""
    number = whole(ask.path("checkpoint"))
    found = [] if number is None else ask.desk.witness.kept(lines_of(ask.query("keys")), number + 1)
    if not found or found[0].number != number:
        return ask.console.problem(ask, 404, "no_page")
    row = found[0]
    if ask.request.method == "POST":
        return ask.file(f"{row.size or number}.checkpoint", row.note, "text/plain; charset=utf-8")
    values: dict[str, Any] = {"row": row, "states": _STATES, "qr": row.qr(), "keys": ask.query("keys")}
    return ask.page("checkpoint", position=ask.desk.position(), **values)
