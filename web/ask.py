"""One request: who asks, through which desk, in which language, as of when; and the answers a page can give."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ledger.application.desk.desk import Desk, Person
from ledger.application.desk.place import Place
from ledger.commands import COMMANDS
from ledger.errors import InputError, LedgerError, Unknown
from ledger.labels.visible import visible_json
from web.accounts import Session
from web.address_parts import read_part
from web.links import Links
from web.menu import entry_of
from web.speech import Speech, language_of

if TYPE_CHECKING:
    from web.app import Console

_DAY_FIELDS: Final = ("on", "issued_on")
_UNSEEN: Final = frozenset({"csrf", "password", "step", "seen", "find", "find_person", "find_clause"})
_NOT_WRITTEN: Final = ("again", "code", "next", "sheet")
"""Fields whose texts are secrets, or nobody's writing."""
_SHORT: Final = 16
"""So few characters are soon written again."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was received."""

    name: str
    content: bytes


class NotFromOurFormError(Exception):
    """A form that this console did not show to this session."""


@dataclass
class Ask:
    """A request with its form read. `session` is None for whoever has not signed in."""

    console: "Console"
    request: Request
    session: Session | None
    pre: str
    form: dict[str, str]
    files: dict[str, "Upload"] = field(default_factory=dict)
    """The files that were sent with the form, by the name of their field."""
    renewed: bool = False
    """Whether the session has got a new id, which the browser is to be told."""

    # --- who ----------------------------------------------------------------------------------------

    @property
    def person(self) -> str:
        """The staff number of whoever is signed in."""
        assert self.session is not None
        return self.session.employee

    @cached_property
    def purpose(self) -> str | None:
        """What the words are needed for, as said in this request."""
        return self.query("purpose").strip()[:200] or None

    @cached_property
    def desk(self) -> Desk:
        """The ledger in this person's hands; whatever a page that is read asks of it is asked at one instant."""
        session = self.session
        assert session is not None
        desk = Desk.at(
            self.console.ledger,
            Person(session.employee),
            purpose=self.purpose,
            readings=self.console.readings.of_session(session.short),
            operator=f"{session.employee}@web/{session.short}",
        )
        desk.chosen_site = self.place.site
        return desk.acting(now=self.now) if self.request.method == "GET" else desk

    @cached_property
    def place(self) -> Place:
        """The site the page is about, that of `?site=` or where the person has use for it, and what they are there."""
        desk = Desk.at(self.console.ledger, Person(self.person))
        return desk.place(entry_of(self.request.url.path), self.query("site"))

    @cached_property
    def as_of(self) -> int | None:
        """The position that is looked back to; None: now. InputError `as_of_wrong`."""
        given = self.request.query_params.get("as_of", "").strip().removeprefix("#")
        return self.desk.position_of(given) if given else None

    @cached_property
    def past(self) -> int | None:
        """The same for what every page shows, that of a refusal too: None also where there is no such position."""
        try:
            return None if self.session is None else self.as_of
        except LedgerError:
            return None

    @cached_property
    def links(self) -> Links:
        """Links to things, as far as they are the person's to open; while a page is drawn."""
        return Links(self)

    @cached_property
    def now(self) -> datetime:
        """The instant of the request, by the console's clock."""
        return self.console.ledger.now()

    def named(self, people: Iterable[str]) -> dict[str, str]:
        """The names of those that may be known, as of what is looked at; without those that nobody is called."""
        asked = sorted(people)
        try:
            return self.desk.names(asked, self.past)
        except Unknown:
            if len(asked) == 1:
                return {}
            return {number: name for each in asked for number, name in self.named([each]).items()}

    def today(self) -> str:
        """The day of the site that the page is about, as a text."""
        return self.place.today.isoformat()

    def doable(self, tried: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
        """Of commands by the address of their form those that would be recorded today: each address, and what it does.

        None while the past is looked at.
        """
        if self.as_of is not None:
            return []
        today = self.today()
        return [
            (path, str(values["do"]))
            for path, values in tried.items()
            if self.desk.could({**_dated(str(values["do"]), today), **values})
        ]

    @property
    def is_twin(self) -> bool:
        """Whether the page is asked for as JSON."""
        return self.request.url.path.endswith(".json")

    def query(self, name: str, default: str = "") -> str:
        """A parameter of the address. InputError `field_wrong` where it is not written as such a thing is."""
        return read_part(name, self.request.query_params.get(name, default))

    def path(self, name: str) -> str:
        """A part of the path. InputError `field_wrong` where it is not written as such a thing is."""
        return read_part(name, str(self.request.path_params[name]))

    def alone(self, look: Any) -> Any:
        """The same look in whose lists nobody but the person stands."""
        return look.of_oneself()

    # --- language -----------------------------------------------------------------------------------

    @cached_property
    def speech(self) -> Speech:
        """Its words: of `?lang=`, else the account's, else what the browser asks for."""
        kept = None if self.session is None else self.session.language
        chosen = self.query("lang") or kept or language_of(self.request.headers.get("accept-language", ""))
        return Speech(chosen, self._zone, lambda: self.sites)

    def _zone(self) -> str:
        """The clock by which instants are shown: that of the site the page is about."""
        return self.console.ledger.timezone() if self.session is None else self.place.zone

    @cached_property
    def sites(self) -> dict[str, str]:
        """The sites that are this person's to know → what each is called; none where the ledger cannot be read."""
        try:
            return {} if self.session is None else self.desk.site_names(self.past)
        except LedgerError:
            return {}

    # --- forms --------------------------------------------------------------------------------------

    @property
    def _secret(self) -> bytes:
        return (self.pre if self.session is None else self.session.token).encode()

    def csrf(self, route: str | None = None) -> str:
        """The value of a form for a route: a nonce, and that this session was shown it."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._signature(route or self.request.url.path, nonce)}"

    def _signature(self, route: str, nonce: str) -> str:
        return hmac.new(self._secret, f"{route}\n{nonce}".encode(), hashlib.sha256).hexdigest()

    def require_own_form(self) -> str:
        """The nonce of the form that was sent. NotFromOurFormError where it was not shown to this session for this route."""
        nonce, _, signature = self.form.get("csrf", "").partition(".")
        expected = self._signature(self.request.url.path, nonce)
        if not nonce or not hmac.compare_digest(signature.encode(), expected.encode()):
            raise NotFromOurFormError
        return nonce

    def carried(self, *without: str) -> dict[str, str]:
        """What was filled in, to be carried to the next step."""
        return {
            name: value
            for name, value in self.form.items()
            if name not in _UNSEEN and name not in without and value != ""
        }

    def written(self) -> list[str]:
        """The texts of a form that came to nothing, so that nobody has to write them again."""
        if self.request.method != "POST":
            return []
        return [text for text in self.carried(*_NOT_WRITTEN).values() if len(text) > _SHORT]

    @property
    def here(self) -> str:
        """The address of the page itself, with what it was asked with: where its form is sent."""
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    def in_language(self, code: str) -> str:
        """What the same page is asked with in another language."""
        kept = {name: value for name, value in self.request.query_params.items() if name != "lang"}
        return urlencode({**kept, "lang": code})

    # --- answers ------------------------------------------------------------------------------------

    def link(self, path: str, **query: str | None) -> str:
        """An address of ours that keeps looking at the same past and site; what is given empty is left out."""
        wanted = {name: value for name, value in {**self.kept, **query}.items() if value}
        return f"{path}{'&' if '?' in path else '?'}{urlencode(wanted)}" if wanted else path

    @cached_property
    def kept(self) -> dict[str, str]:
        """What every address goes on saying: the past that is looked at, the language where it was asked for, and the site.

        The site is said where it was asked for, or is not the one the person belongs to.
        """
        elsewhere = self.session is not None and self.place.site != self.place.own
        kept = {
            "as_of": "" if self.past is None else str(int(self.past)),
            "lang": self.query("lang"),
            "site": self.place.site if elsewhere else self.query("site"),
        }
        return {name: value for name, value in kept.items() if value}

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page. Pages with words are kept by no browser."""
        text = self.console.render(self, template, values)
        return HTMLResponse(text, status)

    def json(self, value: object) -> Response:
        """What `kaoji … --json` prints, byte for byte."""
        return Response(as_printed(value), media_type="application/json; charset=utf-8")

    def file(self, name: str, content: bytes | str, media_type: str) -> Response:
        """A file that the browser keeps."""
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        return Response(content, media_type=media_type, headers=headers)

    def go(self, path: str) -> Response:
        """On to another page, by GET."""
        return RedirectResponse(path, 303)

    def require_now(self) -> None:
        """InputError `as_of_wrong` where something is to be recorded while the past is looked at."""
        if self.query("as_of"):
            raise InputError("as_of_wrong", as_of=self.query("as_of"))


def as_printed(value: object) -> str:
    """JSON as the command line prints it, byte for byte."""
    return visible_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def _dated(do: str, day: str) -> dict[str, str]:
    """The field of a command that says on which day it is given."""
    return {name: day for name in _DAY_FIELDS if name in COMMANDS[do].model_fields}


def lines_of(text: str) -> list[str]:
    """What was typed a line each, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def whole(text: str) -> int | None:
    """A whole number of at most nine digits; None: it is none."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None
