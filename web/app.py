"""The console: who is at the door, which page answers, and what a refusal looks like."""

import secrets
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.application.child_process import LostError
from ledger.application.desk.desk import Desk, Readings
from ledger.application.group.ledgers import Whereabouts
from ledger.errors import Gone, LedgerError
from web.accounts import OFFICE_LASTS, STAFF_LASTS, Accounts, Session
from web.api.tokens import Tokens
from web.ask import Ask, NotFromOurFormError, Upload
from web.assets import asset
from web.database import DeskDatabase
from web.drawn import drawing, finished
from web.jobs import Jobs, OwnJobs
from web.malloc import give_back_large_pieces
from web.menu import choices_of, kept_elsewhere, leading
from web.middleware import form_of
from web.passwords import TooBusyError
from web.proposals import Proposals
from web.rendering import templates
from web.request_log import entry_of, log_fault
from web.routes import Route
from web.speech import status_of
from web.spoken import own_words
from web.still_here import held_by
from web.transcriptions import Transcriptions
from web.turns import Turns

_POSTS_A_MINUTE: Final = 60
_AT_THE_DOOR: Final = 4
"""So many of those who sign in are seen to at once, so that they leave the threads to those who have."""
_TITLES: Final = {
    **dict.fromkeys((403, 409, 422), "refused"),
    410: "evidence_gone_title",
    503: "our_fault_title",
}
"""What is said on top of a refusal, by its status."""


@dataclass(frozen=True)
class Settings:
    """How a console is served. `origins`: the addresses of ours, as browsers say them; `secure`: over TLS only.

    `group`: where the other ledgers are that its auditor may have checked.
    """

    origins: tuple[str, ...] = ()
    secure: bool = False
    read_only: bool = False
    sample: bool = False
    group: Whereabouts | None = None


class Console:
    """One ledger with its accounts, served to people."""

    def __init__(
        self, ledger: Desk, beside: Path | str, settings: Settings, jobs: Jobs | None = None
    ) -> None:
        """`jobs`: those of all processes that serve it; None: it has its own."""
        give_back_large_pieces()
        self.ledger = ledger
        ledger.keep_warm()
        self.settings = settings
        self.database = DeskDatabase(beside, ledger.log.identity())
        self.accounts = Accounts(self.database, ledger.now)
        self.tokens = Tokens(self.database, ledger.now)
        self.proposals = Proposals(self.database, ledger)
        self.jobs = OwnJobs(self.database, ledger.now) if jobs is None else jobs
        self.listening = Counter[str]()
        """How many streams of each job are open here."""
        self.transcriptions = Transcriptions(self.database, ledger.now)
        self.readings = Readings(beside)
        self.cookie = "__Host-kaoji" if settings.secure else "kaoji"
        self.turns = Turns(self.cookie)
        self._door = CapacityLimiter(_AT_THE_DOOR)
        self._templates = templates()

    # --- asking -------------------------------------------------------------------------------------

    async def answer(self, route: Route, request: Request) -> Response:
        """Answers a request on a thread of its own; whatever is refused is a page too."""
        form: dict[str, str] = {}
        files: dict[str, Upload] = {}
        if request.method == "POST":
            if self._is_from_afar(request):
                raise HTTPException(403)
            try:
                is_read = route.public or await to_thread.run_sync(self._is_somebody, request)
            except LedgerError as error:
                nobody = Ask(self, request, None, self._before(request), form, files)
                return await to_thread.run_sync(self.refused, nobody, error)
            if is_read:
                form, files = await form_of(request, route)
        limiter = self._door if route.public and request.method == "POST" else None
        asked = partial(self._answer, route, request, form, files)
        return await to_thread.run_sync(asked, limiter=limiter)

    def _is_from_afar(self, request: Request) -> bool:
        """Whether another site made the browser send it."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        own = (*self.settings.origins, f"{request.url.scheme}://{request.url.netloc}")
        return (site is not None and site != "same-origin") or (origin is not None and origin not in own)

    def _is_somebody(self, request: Request) -> bool:
        """Whether the cookie is of a session, over or not: of nobody else a form is read, which may be large."""
        token = request.cookies.get(self.cookie, "")
        return bool(token) and self.accounts.whose(token) is not None

    def _answer(
        self, route: Route, request: Request, form: dict[str, str], files: dict[str, Upload]
    ) -> Response:
        token = request.cookies.get(self.cookie, "")
        if request.method == "GET" and token and not route.hands_out:
            with self.ledger.one_state():  # so that a page is of one, and its end is asked for once
                return self._answered(route, request, token, form, files)
        return self._answered(route, request, token, form, files)

    def _answered(
        self, route: Route, request: Request, token: str, form: dict[str, str], files: dict[str, Upload]
    ) -> Response:
        pre = self._before(request)
        try:
            session = self.session_of(token) if token else None
        except LedgerError as error:  # who somebody is stands in the ledger, too
            return self.refused(Ask(self, request, None, pre, form, files), error)
        entry_of(request.scope).person = None if session is None else session.employee
        ask = Ask(self, request, session, pre, form, files)
        if session is None and not route.public:
            door = f"/sign-in?{urlencode({'next': ask.here}, safe='/')}"
            return (
                self.problem(ask, 401, "signed_out", door) if ask.written() else RedirectResponse(door, 303)
            )
        response = self._page(route, ask)
        if ask.renewed and ask.session is not None:
            response.set_cookie(self.cookie, ask.session.token, **self.cookie_flags())
        if ask.session is None:
            response.set_cookie(f"{self.cookie}-before", pre, **self.cookie_flags())
        return response

    def _before(self, request: Request) -> str:
        """What whoever has not signed in is told by; a new one where there is none."""
        return request.cookies.get(f"{self.cookie}-before", "") or secrets.token_urlsafe(16)

    def _page(self, route: Route, ask: Ask) -> Response:
        try:
            if ask.request.method == "POST":
                ask.require_own_form()
                self._require_patience(ask)
                if self.settings.read_only and route.records:
                    return self.problem(ask, 403, "read_only")
            if ask.session is not None and ask.purpose and not self.accounts.is_fresh(ask.session):
                return RedirectResponse(f"/verify?{urlencode({'next': ask.here})}", 303)
            return route.page(ask)
        except LostError:
            return self.problem(ask, 410, "job_ended")
        except NotFromOurFormError:
            return self.problem(ask, 403, "not_our_form")
        except TooBusyError:
            busy = self.problem(ask, 503, "too_busy")
            busy.headers["Retry-After"] = "5"
            return busy
        except LedgerError as error:
            return self.refused(ask, error)
        except Exception as error:
            log_fault(ask.request.scope, error)
            return self.problem(ask, 500, "our_fault")

    def _require_patience(self, ask: Ask) -> None:
        """TooBusyError for more than sixty forms a minute of one session."""
        if ask.session is not None and not self.accounts.counts(
            f"posts:{ask.session.short}", _POSTS_A_MINUTE, timedelta(minutes=1)
        ):
            raise TooBusyError

    # --- sessions -----------------------------------------------------------------------------------

    def session_of(self, token: str, seen: bool = True) -> Session | None:
        """The session of a cookie, of somebody who still is somebody here; `seen`: it is used now."""

        def lasting(employee: str) -> tuple[timedelta, timedelta] | None:
            found = self.lasting(employee)
            if found is None:
                self.accounts.remove(employee)
            return found

        found = self.accounts.session(token, lasting, seen)
        if found is not None:
            self.turns.know(token, found.employee)
        return found

    def lasting(self, employee: str) -> tuple[timedelta, timedelta] | None:
        """For how long somebody's session lasts when it is not used, and at all; None: they have no account any more."""
        held = held_by(self.ledger, employee)
        return None if held is None else OFFICE_LASTS if held[1] else STAFF_LASTS

    def offices_of(self, employee: str) -> frozenset[str] | None:
        """The offices that count at somebody's site today; None: nobody, erased, or gone for long with nothing open."""
        held = held_by(self.ledger, employee)
        return None if held is None else held[0]

    def is_in_office(self, employee: str) -> bool:
        """Whether somebody holds an office today, at whichever site: with their password goes what they may do there."""
        held = held_by(self.ledger, employee)
        return held is not None and held[1]

    def cookie_flags(self) -> dict[str, Any]:
        """How the session's cookie is kept: from scripts, from other sites, and from the open network."""
        return {"httponly": True, "samesite": "lax", "path": "/", "secure": self.settings.secure}

    # --- answers ------------------------------------------------------------------------------------

    def render(self, ask: Ask, template: str, values: dict[str, Any]) -> str:
        """A template with what every page has."""
        signed = ask.session is not None
        menu, name = ask.desk.menu_and_name() if signed else (frozenset(), "")
        frame = {
            "ask": ask,
            "w": ask.speech,
            "settings": self.settings,
            "asset": asset,
            "drawn": drawing(ask, template),
            "menu": menu,
            "menu_links": leading(ask, menu) if signed else [],
            "site_choices": choices_of(ask) if signed else {},
            "kept_elsewhere": kept_elsewhere,
            "person": ask.person if signed else None,
            "name": name,
        }
        with closing(ask.links):
            text = self._templates.get_template(f"{template}.html.j2").render(frame | values)
        return finished(ask, text)

    def problem(self, ask: Ask, status: int, key: str, onward: str = "/") -> Response:
        """A page that says what is wrong, in a sentence of the console's own, and where it goes on."""
        words = own_words(ask.speech.language)
        title, hint = words[f"{key}_title"], words.get(f"{key}_hint")
        written = ask.written()
        return ask.page(
            "problem", status, title=title, told=words[key], hint=hint, onward=onward, written=written
        )

    def refused(self, ask: Ask, error: LedgerError) -> Response:
        """A page that says what the ledger refused, why, and the next step."""
        told, hint = ask.speech.refusal(error)
        status = status_of(error)
        if ask.is_twin:
            response = ask.json({"code": error.code, "message": told, "hint": hint})
            response.status_code = status
            return response
        title = ask.speech.say(_TITLES.get(status, "not_found"))
        if error.code == "not_yours_to_read":
            title, hint = ask.speech.say("refused_reading"), ask.speech.say("refused_reading_hint")
        purpose = error.code == "purpose_needed"
        gone = (
            error.fields
            if isinstance(error, Gone) and error.fields["thing"] in ("notice", "appeal")
            else None
        )
        written = ask.written()
        return ask.page(
            "problem", status, title=title, told=told, hint=hint, purpose=purpose, gone=gone, written=written
        )
