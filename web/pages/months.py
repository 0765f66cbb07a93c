"""Months: where each stands, its summary, payroll and reconciliation."""

from typing import Any

from starlette.responses import Response

from ledger.formats import month_before, quarter_of
from ledger.terms import next_month
from ledger.texts import named_as
from web.ask import Ask
from web.pages.deduction_notices import may_give_notice
from web.pages.pay_returns import may_return, may_settle
from web.routes import get

Values = dict[str, Any]
_SHOWN = 12


@get("/months")
def months(ask: Ask) -> Response:
    """The last twelve months of a site, the latest first, and where each stands."""
    with ask.desk.look(ask.as_of) as look:
        site = look.site(None)
        month = str(look.today(site))[:7]
        cards = []
        for _ in range(_SHOWN):
            cards.append(look.month_card(month, site))
            month = month_before(month)
        position = look.position
    return ask.page("months", cards=cards, position=position)


@get("/months/{month}")
def month(ask: Ask) -> Response:
    """The summary of a month, of those whose figures are mine to see, and what else there is of it."""
    name = ask.path("month")
    with ask.desk.look(ask.as_of) as look:
        with look.noting_together():  # type: ignore[attr-defined]
            card = look.month_card(name)
            rows = look.monthly(name)
            shares = look.joint_liability(name)
            cases = {row["notice"]: row["case"] for row in look.notices(name) if row["case"] is not None}
            register = [{**row, "case": cases.get(row["id"])} for row in look.rewards(name)]
        position = look.position
    return ask.page(
        "month",
        card=card,
        rows=rows,
        shares=shares,
        register=register,
        position=position,
        before=month_before(name),
        after=next_month(name),
    )


@get("/months/{month}/monthly", twin=True)
def monthly(ask: Ask) -> Response:
    """`kaoji report monthly`; as a page it is the month's."""
    if not ask.is_twin:
        return ask.go(ask.link(f"/months/{ask.path('month')}"))
    with ask.desk.look(ask.as_of) as look:
        return ask.json(look.monthly(ask.path("month")))


# --- pay ------------------------------------------------------------------------------------------------


@get("/payroll")
def payrolls(ask: Ask) -> Response:
    """To the latest month that was handed over."""
    with ask.desk.look_at_log(ask.as_of) as look:
        last = look.card("site", look.site(None))["last_closed"]
    return ask.go(ask.link(f"/payroll/{last}" if last else "/months"))


@get("/payroll/{month}", twin=True)
def payroll(ask: Ask) -> Response:
    """What a close handed over: its lines, and what is taken of each person."""
    name = ask.path("month")
    with ask.desk.look(ask.as_of) as look:
        report = look.payroll(name)
        before = (
            month_before(name) if look.month_card(month_before(name), report["site"])["closed_on"] else None
        )
        lacking, position = look.without_deduction_notice(name, report["site"]), look.position
    if ask.is_twin:
        return ask.json(report)
    return ask.page(
        "payroll",
        report=report,
        position=position,
        before=before,
        quarter=quarter_of(name),
        returns=may_return(ask, report["site"]),
        lacking=lacking,
        tells=may_give_notice(ask, report["site"], name, lacking),
    )


@get("/payroll/{month}/reconciliation", twin=True)
def reconciliation(ask: Ask) -> Response:
    """What pay really took, beside what was handed over; the twin, which goes elsewhere, names nobody."""
    with ask.desk.look(ask.as_of) as look:
        report = look.reconciliation(ask.path("month"))
        position = look.position
    if ask.is_twin:
        return ask.json({**report, "rows": named_as("none", report["rows"])})
    returns, settles = may_return(ask, report["site"]), may_settle(ask, report)
    return ask.page("reconciliation", report=report, position=position, returns=returns, settles=settles)
