"""The office's part: who has an account, and a new code for whoever needs one."""

from typing import Any

from starlette.datastructures import URL
from starlette.responses import Response

from ledger.documents.qr import qr_svg
from ledger.errors import NotEntitled
from ledger.formats import LANGUAGES
from web.accounts import grouped
from web.ask import Ask
from web.middleware import is_of_this_machine
from web.routes import form
from web.speech import Speech
from web.step_up import asked_again, verified


@form("/accounts", records=False)
def accounts(ask: Ask) -> Response:
    """Everybody of the site with their account; a code is answered with the sheet to hand over, once."""
    if "accounts" not in ask.place.entries:
        ask.desk.require_keeper("accounts")
    with ask.desk.look_at_log() as look:
        people = [row for row in look.employees() if row["departed_on"] is None]
    told = None
    if ask.request.method == "POST":
        if verified(ask):
            employee = ask.form.get("employee", "")
            return _sheet(ask, employee, _new_code(ask, employee, {row["employee"] for row in people}))
        told = ask.speech.say(asked_again(ask))
    assert ask.session is not None
    known = ask.console.accounts.listed()
    return ask.page(
        "accounts",
        401 if told else 200,
        people=people,
        known=known,
        at_machine={row["employee"] for row in people if _at_machine(ask, row["employee"], known)},
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


def _sheet(ask: Ask, employee: str, code: str) -> Response:
    """What somebody is handed: their code, alone and in a link to scan, how to go on in each language, the ledger's key.

    Without the position, which would have the page offer to load itself again: that makes another code.
    """
    own = ask.request.url
    site = (*ask.console.settings.origins, f"{own.scheme}://{own.netloc}")[0]
    address = f"{site}/enrol"
    languages = sorted(LANGUAGES, key=lambda language: language != ask.speech.language)
    return ask.page(
        "enrolment_sheet",
        employee=employee,
        called=ask.desk.names([employee])[employee],
        code=grouped(code),
        qr=qr_svg(f"{address}?code={code}", fills=True),
        address=address,
        alone=is_of_this_machine(URL(site).hostname or ""),
        until=ask.console.accounts.listed()[employee]["code_until"],
        speeches=[Speech(language, lambda: ask.place.zone) for language in languages],
        key=next(iter(ask.desk.proofs.public_keys()), None),
    )
