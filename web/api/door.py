"""Who asks: a person by the session of their browser, or a program by a token of theirs; nobody else gets in."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from ledger.application.desk.desk import Desk, Person
from ledger.application.desk.scope import is_of_all_sites, nothing_at, site_of, sites_named
from ledger.errors import InputError, Unknown
from ledger.formats import Malformed, parse_day, parse_month, parse_quarter
from web.accounts import Session
from web.api.problems import ProblemError
from web.api.routes import Read
from web.api.tokens import EVERYTHING, Scopes, Token
from web.request_log import entry_of
from web.speech import Speech, language_of

if TYPE_CHECKING:
    from ledger.access.standing import Standing
    from web.app import Console

_WRONG_TOKENS_A_MINUTE: Final = 30
_MINUTE: Final = timedelta(minutes=1)
_ALL: Final = Scopes(frozenset({EVERYTHING}), frozenset({EVERYTHING}))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `short` is what the log of readings keeps; `secret` is known to whoever asks alone."""

    person: str
    short: str
    operator: str
    secret: str
    scopes: Scopes
    session: Session | None
    token: Token | None


def caller_of(console: "Console", request: Request, seen: bool = True) -> Caller:
    """Whoever asks. ProblemError `sign_in_needed`, `too_many`."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme:
        token = console.tokens.found(given.strip(), seen) if scheme.lower() == "bearer" else None
        if token is None or not _still_works(console, token.employee):
            _count_wrong(console, request)
            raise ProblemError("sign_in_needed")
        console.turns.know(given.strip(), token.employee)
        entry_of(request.scope).person = token.employee
        return Caller(token.employee, token.id, token.operator, given.strip(), token.scopes, None, token)
    kept = request.cookies.get(console.cookie, "")
    session = console.session_of(kept, seen) if kept else None
    if session is None:
        raise ProblemError("sign_in_needed")
    entry_of(request.scope).person = session.employee
    operator = f"{session.employee}@web/{session.short}"
    return Caller(session.employee, session.short, operator, session.token, _ALL, session, None)


def _still_works(console: "Console", employee: str) -> bool:
    """Whether a token's owner is in service today; the tokens of whoever is not are over."""
    try:
        desk = Desk.at(console.ledger, Person(employee))
        with desk.warmed():
            employed = desk.standing().is_employed
    except Unknown:
        employed = False
    if not employed:
        console.tokens.end(employee)
    return employed


def _count_wrong(console: "Console", request: Request) -> None:
    address = "?" if request.client is None else request.client.host
    if not console.accounts.counts(f"tokens:{address}", _WRONG_TOKENS_A_MINUTE, _MINUTE):
        raise ProblemError("too_many")


class Asked:
    """One request of somebody who was let in: what is asked, through which desk, as of when, in which language."""

    def __init__(self, console: "Console", request: Request, caller: Caller) -> None:
        self.console = console
        self.request = request
        self.caller = caller

    @cached_property
    def desk(self) -> Desk:
        """The ledger in this person's hands."""
        return Desk.at(
            self.console.ledger,
            Person(self.caller.person),
            purpose=self.purpose,
            readings=self.console.readings.of_session(self.caller.short),
            operator=self.caller.operator,
        )

    @cached_property
    def purpose(self) -> str | None:
        """What the words are needed for."""
        return (self.query("purpose") or "").strip()[:200] or None

    @cached_property
    def as_of(self) -> int | None:
        """The position that is looked back to; None: now. InputError `as_of_wrong`."""
        given = (self.query("as_of") or "").strip().removeprefix("#")
        return self.desk.position_of(given) if given else None

    @cached_property
    def speech(self) -> Speech:
        """The words of its answers."""
        return speech_of(self.console, self.request, self.caller.session)

    # --- what is asked ------------------------------------------------------------------------------

    def query(self, name: str) -> str | None:
        """A parameter of the address; None where it is not there, or empty."""
        return self.request.query_params.get(name) or None

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    @property
    def site(self) -> str:
        """The site of the path."""
        return self.part("site")

    @property
    def month(self) -> str:
        """The month of the path. InputError `field_wrong`."""
        return str(_read(parse_month, "month", self.part("month")))

    @property
    def quarter(self) -> str:
        """The quarter of the path. InputError `field_wrong`."""
        return str(_read(parse_quarter, "quarter", self.part("quarter")))

    @property
    def day(self) -> date:
        """The day of the path. InputError `field_wrong`."""
        found = _read(parse_day, "day", self.part("day"))
        assert isinstance(found, date)
        return found

    def needed(self, name: str) -> str:
        """A parameter that has to be there. InputError `field_missing`."""
        given = self.query(name)
        if given is None:
            raise InputError("field_missing", field=name).at(field=name)
        return given

    # --- whether it may -----------------------------------------------------------------------------

    def require_read(self, read: Read) -> None:
        """That the token is for this report and its site, and a purpose is said by a person who gave their password.

        ProblemError `scope_lacking`, `purpose_by_session`, `password_first`; Unknown for what lies at another site.
        """
        if not self.caller.scopes.reads(read.name):
            raise ProblemError("scope_lacking", name=read.name)
        if self.purpose is not None:
            if self.caller.session is None:
                raise ProblemError("purpose_by_session")
            if not self.console.accounts.is_fresh(self.caller.session):
                raise ProblemError("password_first")
        if self.caller.scopes.is_narrowed and not read.everywhere:
            self._require_site(self._site_of(read), read.subject(self.request.path_params))

    def _site_of(self, read: Read) -> str:
        """Where what is asked for lies."""
        if {"position", "sha256"} & self.request.path_params.keys():
            raise ProblemError("scope_lacking", name=read.name)  # an event or a file may lie anywhere
        if "site" in self.request.path_params:
            return self.site
        subject = read.subject(self.request.path_params)
        if subject is not None:
            return site_of(self.desk, subject)
        with self.desk.look_at_log(self.as_of) as look:
            return look.site(self.query("site"))

    def _require_site(self, site: str, subject: str | None) -> None:
        if site not in self.caller.scopes.sites:
            raise (Unknown("site_unknown", site=site) if subject is None else nothing_at(subject))

    def require_name(self, name: str) -> None:
        """ProblemError `scope_lacking` where the token is not for reading what goes by this name."""
        if not self.caller.scopes.reads(name):
            raise ProblemError("scope_lacking", name=name)

    def require_site(self, site: str) -> None:
        """Unknown `site_unknown` for a site that the token is not for."""
        if self.caller.scopes.is_narrowed:
            self._require_site(site, None)

    def require_fresh(self) -> None:
        """ProblemError `password_first` for a browser in which the password was not given lately."""
        session = self.caller.session
        if session is not None and not self.console.accounts.is_fresh(session):
            raise ProblemError("password_first")

    def require_command(self, values: dict[str, object]) -> None:
        """That the token is for this command and the sites of what it names. ProblemError `scope_lacking`; Unknown."""
        do, scopes = str(values.get("do", "")), self.caller.scopes
        if not scopes.records(do):
            raise ProblemError("scope_lacking", name=do)
        if scopes.is_narrowed:
            if is_of_all_sites(values):
                raise ProblemError("scope_lacking", name=do)
            for site in sorted(sites_named(self.desk, values)):
                self._require_site(site, None)


def rights_of(asked: Asked, standing: "Standing") -> str:
    """Eight digits of what somebody may: their offices, what they say words are for, and what the token is for."""
    sites = {standing.site, asked.request.path_params.get("site", standing.site)}
    held = {site: sorted(map(str, standing.offices(site))) for site in sorted(sites)}
    scopes = [sorted(names) for names in (asked.caller.scopes.reports, asked.caller.scopes.sites)]
    told = json.dumps([asked.caller.person, standing.is_employed, held, asked.purpose, scopes])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def speech_of(console: "Console", request: Request, session: Session | None = None) -> Speech:
    """The words of an answer: of `?lang=`, else the account's, else of what is asked for."""
    kept = None if session is None else session.language
    accepted = language_of(request.headers.get("accept-language", ""))
    return Speech(request.query_params.get("lang") or kept or accepted, console.ledger.timezone)


def _read(parse: Callable[[object], object], name: str, given: str) -> object:
    try:
        return parse(given)
    except Malformed as error:
        raise InputError("field_wrong", field=name, value=given, reason=error.reason).at(field=name) from None
