"""The office's part: who has an account, and a new code for whoever needs one."""

from typing import Any

from starlette.responses import Response

from ledger.errors import NotEntitled
from web.accounts import grouped
from web.ask import Ask
from web.routes import form
from web.step_up import asked_again, verified


@form("/accounts", records=False)
def accounts(ask: Ask) -> Response:
    """Everybody of the site with their account; a code is shown once, to be handed over in person."""
    if "accounts" not in ask.place.entries:
        ask.desk.require_keeper("accounts")
    with ask.desk.look_at_log() as look:
        people = [row for row in look.employees() if row["departed_on"] is None]
    code, employee, told = None, ask.form.get("employee", ""), None
    if ask.request.method == "POST":
        if not verified(ask):
            told = ask.speech.say(asked_again(ask))
        else:
            code = grouped(_new_code(ask, employee, {row["employee"] for row in people}))
    assert ask.session is not None
    known = ask.console.accounts.listed()
    return ask.page(
        "accounts",
        401 if told else 200,
        people=people,
        known=known,
        at_machine={row["employee"] for row in people if _at_machine(ask, row["employee"], known)},
        called=ask.desk.names([employee]).get(employee, "") if code else "",
        code=code,
        employee=employee,
        told=told,
        again=not ask.console.accounts.is_fresh(ask.session),
        position=ask.desk.position(),
    )


def _at_machine(ask: Ask, employee: str, known: dict[str, dict[str, Any]]) -> bool:
    """Whether somebody holds an office, here or elsewhere, and has an account: their code is made where the files are."""
    return "since" in known.get(employee, {}) and ask.console.is_in_office(employee)


def _new_code(ask: Ask, employee: str, people: set[str]) -> str:
    """A code for somebody of the site. Whoever holds an office has theirs reset where the files are: it takes two."""
    held = ask.console.offices_of(employee)
    if employee not in people or held is None:
        raise NotEntitled("not_yours_to_do", do="enrol_account", by=ask.person)
    if _at_machine(ask, employee, ask.console.accounts.listed()):
        raise NotEntitled("second_person_needed", do="enrol_account")
    return ask.console.accounts.enrol_code(employee, ask.person)
