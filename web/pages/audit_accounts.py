"""Who can sign in, for the auditor, who changes nothing about it."""

from typing import Final

from starlette.responses import Response

from web.account_list import account_rows
from web.ask import Ask, whole
from web.routes import get

_SHOWN: Final = 100


@get("/audit/accounts", twin=True)
def accounts(ask: Ask) -> Response:
    """Every account: since when, last signed in, what works now, locked or not, and passwords that were set anew.

    A hundred a page, `?after=` further on; all of them in the twin.
    """
    ask.desk.require_accounts()
    console = ask.console
    rows = account_rows(console.database, ask.now, console.lasting)
    if ask.is_twin:
        return ask.json(rows)
    after = whole(ask.query("after")) or 0
    shown, position = rows[after : after + _SHOWN], ask.desk.position()
    left = max(0, len(rows) - after - _SHOWN)
    return ask.page("audit_accounts", rows=shown, left=left, next=after + _SHOWN, position=position)
