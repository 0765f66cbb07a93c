"""A program that asks the console's interface: a token or a session, and no browser."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from tests.web.served import Answer, Browser, Served
from web.api.tokens import EVERYTHING, Scopes

ALL = frozenset({EVERYTHING})


@dataclass
class Client:
    """Whoever asks, with what they send along."""

    base: str
    headers: dict[str, str]

    def ask(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str) -> Answer:
        """An answer below `/api/v1`, a refusal too."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"{self.base}/api/v1{path}"
        request = urllib.request.Request(address, body, {**self.headers, **named}, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Answer(answer.status, path, answer.read().decode(), answer.headers)

    def send(self, command: dict[str, Any], key: str = "k1", **headers: str) -> Answer:
        """The answer to a command."""
        named = {"Idempotency_Key": key, "Content_Type": "application/json", **headers}
        return self.ask("/commands", json.dumps(command, ensure_ascii=False).encode(), **named)

    def send_lines(self, lines: bytes, key: str = "k1", **headers: str) -> Answer:
        """The answer to a file of commands."""
        named = {"Idempotency_Key": key, "Content_Type": "application/x-ndjson", **headers}
        return self.ask("/commands", lines, **named)


def read(answer: Answer) -> Any:
    """What an answer says, which has to be JSON."""
    return json.loads(answer.text)


def program(
    site: Served,
    person: str,
    reports: frozenset[str] = ALL,
    commands: frozenset[str] = ALL,
    sites: frozenset[str] = ALL,
    days: int = 30,
) -> Client:
    """A program of somebody's, past the page that makes tokens."""
    site.has_account(person)
    token = site.console.tokens.make(person, "payroll", Scopes(reports, commands, sites), days)
    return Client(site.base, {"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def session(site: Served, person: str, language: str = "en") -> Client:
    """A browser in which somebody is signed in, asking by itself."""
    browser: Browser = site.signed_in(person, language)
    cookie = next(cookie for cookie in browser.jar if cookie.name == "kaoji")
    return Client(site.base, {"Cookie": f"kaoji={cookie.value}", "Accept-Language": language})


def nobody(site: Served) -> Client:
    """Somebody who is not known."""
    return Client(site.base, {"Accept-Language": "en"})
