"""Signing in and out, the first password, the language, and where one is signed in."""

from datetime import timedelta

from starlette.responses import Response

from ledger.texts import plain
from web.accounts import spelled
from web.ask import Ask
from web.passwords import fault_of
from web.routes import form, get
from web.step_up import address_of, agent_of, asked_again, verified
from web.tries import OF_ACCOUNT

_LONGEST = 64
"""So many characters a staff number has at most."""
_CODE_SECONDS = 600
_OF_ONE, _MINUTE = 20, timedelta(minutes=1)
"""So often a password is looked at within a minute for one number from one address, right or wrong."""


def is_ours(path: str) -> bool:
    """Whether a page to go on to is one of this console."""
    return path.startswith("/") and not path.startswith(("//", "/\\"))


def _enter(ask: Ask, employee: str, to: str) -> Response:
    """A new session, in place of whatever the browser had before."""
    accounts = ask.console.accounts
    old = None if ask.session is None else ask.session.token
    token = accounts.begin(employee, agent_of(ask), instead_of=old)
    response = ask.go(to if is_ours(to) else "/")
    response.set_cookie(ask.console.cookie, token, **ask.console.cookie_flags())
    return response


@form("/sign-in", public=True, records=False)
def sign_in(ask: Ask) -> Response:
    """Staff number and password; nothing tells whether a number has an account."""
    if ask.request.method == "GET":
        return ask.page("sign_in", told=None, next=ask.query("next", "/"), employee="")
    accounts, address = ask.console.accounts, address_of(ask)
    employee = accounts.named(plain(ask.form.get("employee", ""))[:_LONGEST])
    to = ask.form.get("next", "/")
    key = f"{OF_ACCOUNT}{employee}"
    seconds = accounts.locked_for(key, address)
    if not seconds and not accounts.counts(f"entering:{address} {employee}", _OF_ONE, _MINUTE):
        seconds = 60
    if seconds:
        told = ask.speech.say("locked", minutes=-(-seconds // 60))
        return ask.page("sign_in", 429, told=told, next=to, employee=employee)
    right = accounts.is_right(employee, ask.form.get("password", ""), key)
    if not right or ask.console.offices_of(employee) is None:
        accounts.failed(key, f"address:{address}")
        return ask.page("sign_in", 401, told=ask.speech.say("not_right"), next=to, employee=employee)
    return _enter(ask, employee, "/me/devices?reset=1" if accounts.reset_untold(employee) else to)


@form("/enrol", public=True, records=False)
def enrol(ask: Ask) -> Response:
    """A printed code becomes a password. `?code=` of a printed link is kept by the browser, and is gone from the address."""
    if ask.request.method == "GET" and ask.query("code"):
        return _kept_code(ask, spelled(ask.query("code"))[:_LONGEST])
    code = ask.form.get("code", ask.request.cookies.get(_code_cookie(ask), ""))
    if ask.request.method == "GET":
        return ask.page("enrol", told=None, code=code)
    accounts, address = ask.console.accounts, address_of(ask)
    if accounts.codes_locked(address):
        return ask.page("enrol", 429, told=ask.speech.say("codes_locked"), code="")
    employee = accounts.whose_code(code)
    if employee is None or not _opens(ask, employee, code):
        accounts.failed(f"codes:{address}")
        return ask.page("enrol", 401, told=ask.speech.say("code_wrong"), code=spelled(code))
    password, again = ask.form.get("password", ""), ask.form.get("again", "")
    name = ask.console.ledger.names([employee])[employee]
    fault = fault_of(password, employee, name)
    if password != again:
        fault = "differ"
    if fault is not None:
        return ask.page("enrol", 422, told=ask.speech.say(f"password_{fault}"), code=spelled(code))
    if accounts.enrol(code, password) is None:
        return ask.page("enrol", 401, told=ask.speech.say("code_wrong"), code="")
    response = _enter(ask, employee, "/")
    response.delete_cookie(_code_cookie(ask), **ask.console.cookie_flags())
    return response


def _code_cookie(ask: Ask) -> str:
    return f"{ask.console.cookie}-code"


def _kept_code(ask: Ask, code: str) -> Response:
    """On to the form, with the code in a cookie for some minutes: addresses stay in a history that others may read."""
    response = ask.go(ask.link("/enrol"))
    if code.isascii() and code.isalnum():
        response.set_cookie(_code_cookie(ask), code, max_age=_CODE_SECONDS, **ask.console.cookie_flags())
    return response


def _opens(ask: Ask, employee: str, code: str) -> bool:
    """Whether somebody's code counts still: who came to hold an office since then is given another where the files are."""
    if ask.console.offices_of(employee) is None:
        return False
    return not (ask.console.is_in_office(employee) and ask.console.accounts.resets_by_a_colleague(code))


@form("/verify", records=False)
def verify(ask: Ask) -> Response:
    """The password once more, and on to what it was asked for."""
    to = ask.form.get("next", ask.query("next", "/"))
    if ask.request.method == "GET":
        return ask.page("verify", told=None, next=to)
    if not verified(ask):
        return ask.page("verify", 401, told=ask.speech.say(asked_again(ask)), next=to)
    return ask.go(to if is_ours(to) else "/")


@form("/sign-out", records=False)
def sign_out(ask: Ask) -> Response:
    """Ends the session here and in the file."""
    if ask.request.method == "GET":
        return ask.go("/")
    assert ask.session is not None
    ask.console.accounts.end(ask.person, token=ask.session.token)
    response = ask.go("/sign-in")
    response.delete_cookie(ask.console.cookie, **ask.console.cookie_flags())
    return response


@form("/me/language", records=False)
def language(ask: Ask) -> Response:
    """Keeps the language that the account reads in."""
    if ask.request.method == "POST" and ask.form.get("language") in ("zh-Hant", "zh-Hans", "en"):
        ask.console.accounts.speaks(ask.person, ask.form["language"])
    return ask.go("/me")


@form("/me/devices", records=False)
def devices(ask: Ask) -> Response:
    """Where one is signed in, and ending it."""
    accounts = ask.console.accounts
    if ask.request.method == "POST":
        accounts.end(ask.person, short=ask.form.get("short") or None)
        return ask.go("/me/devices")
    assert ask.session is not None
    rows = accounts.devices(ask.person)
    return ask.page("devices", rows=rows, here=ask.session.short, reset=ask.query("reset") == "1")


@get("/")
def home(ask: Ask) -> Response:
    """The first page is one's day."""
    return ask.go("/due")
