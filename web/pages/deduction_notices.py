"""Who was told in writing what a close takes of their pay (finance §12): recorded of several people at once."""

from typing import Any, Final

from starlette.responses import Response

from ledger.errors import InputError, NotEntitled
from web.acts import Act
from web.ask import Ask
from web.batch import Line, run_batch
from web.routes import form

Values = dict[str, Any]
GIVE: Final = Act(
    "record_deduction_notice", (), "next_record_deduction_notice", asked_on="deduction_notices_form"
)


def may_give_notice(ask: Ask, site: str, month: str, lacking: list[str]) -> bool:
    """Whether it is the person's to record of those who were not told yet."""
    asked = {"do": GIVE.do, "site": site, "month": month, "on": ask.today()}
    return ask.past is None and any(ask.desk.could({**asked, "employee": each}) for each in lacking)


@form("/payroll/{month}/told", most=900)
def give_notices(ask: Ask) -> Response:
    """Of those who were not told yet, whoever was is chosen, shown with what is taken of them, and recorded together."""
    month, speech = ask.path("month"), ask.speech
    with ask.desk.look() as look:
        report = look.payroll(month)
        site = report["site"]
        lacking = look.without_deduction_notice(month, site)
    taken = {row["employee"]: row["deducted"] for row in report["run"] if row["employee"] in lacking}
    if report["total"] is None or (lacking and not may_give_notice(ask, site, month, lacking)):
        raise NotEntitled("not_yours_to_do", do=GIVE.do, by=ask.person)
    day = ask.form.get("on", "").strip() or ask.today()
    shown = {
        "title": speech.say("record_deduction_notice_title"),
        "back": ask.link(f"/payroll/{month}"),
        "about": [(speech.heading("month"), month), (speech.heading("told_on"), speech.typed(day))],
        "taken": taken,
        "day": day,
        "chosen": list(taken) if ask.query("all") and not ask.form else ask.form.get("employee", "").split(),
    }
    asked = {"do": GIVE.do, "site": site, "month": month, "on": day}
    return run_batch(ask, GIVE, lambda: _lines(ask, asked, taken), shown)


def _lines(ask: Ask, asked: Values, taken: dict[str, str]) -> list[Line]:
    """Those who were chosen. InputError `field_missing` where nobody was."""
    chosen = ask.form.get("employee", "").split()
    if not chosen:
        raise InputError("field_missing", field="employee")
    heading = ask.speech.heading("deducted")
    return [
        Line(number, each, {**asked, "employee": each}, [(heading, taken.get(each, "–"))])
        for number, each in enumerate(chosen, start=1)
    ]
