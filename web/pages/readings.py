"""Who has read whose record: one's own for everybody, all of it for whoever watches over that, a hundred a page.

Whether each row that is shown is covered by its hash, and the end is where it was, is looked at here; all of the log by a
check in the auditor's room.
"""

from typing import Final

from starlette.responses import Response

from web.ask import Ask, whole
from web.routes import get

_SHOWN: Final = 100


@get("/me/readings")
def my_readings(ask: Ask) -> Response:
    """Who has read my record, and what for; `?before=` a number further back."""
    return _page(ask, ask.person, None, own=True)


@get("/readings")
def readings(ask: Ask) -> Response:
    """Who has read whose record, for whoever watches over that; `?subject=` and `?viewer=` say of whom and by whom."""
    if "readings" not in ask.place.entries:
        ask.desk.require_keeper("readings")
    subject, viewer = ask.query("subject") or None, ask.query("viewer") or None
    return _page(ask, subject, viewer, own=False, end=ask.console.readings.end())


def _page(
    ask: Ask, subject: str | None, viewer: str | None, *, own: bool, end: tuple[int, str] | None = None
) -> Response:
    kept = ask.console.readings
    rows = kept.of(subject, viewer, _SHOWN + 1, whole(ask.query("before")))
    shown = rows[:_SHOWN]
    further = None
    if len(rows) > _SHOWN:
        before = str(shown[-1]["number"])
        further = ask.link(ask.request.url.path, subject=ask.query("subject"), viewer=viewer, before=before)
    broken = kept.broken_among(shown)
    return ask.page(
        "readings", rows=shown, broken=broken, further=further, own=own, end=end, pruned=kept.pruned()
    )
