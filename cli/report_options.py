"""How a report is asked for: of a month, of a site or of all ledgers, as of when, for people or for programs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import click

from cli.checked import checking
from cli.render import print_error, print_json
from cli.settings import (
    all_ledgers_option,
    as_of_option,
    checked_options,
    common_options,
    json_option,
    settings,
    site_option,
)

if TYPE_CHECKING:
    from datetime import date

    from ledger.application.desk.desk import Desk


class Month(click.ParamType[Any]):
    """A month, `YYYY-MM`."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The month, or a usage error."""
        from ledger.formats import Malformed, Reason

        try:
            return value if not isinstance(value, str) else self.read(value)
        except Malformed as error:
            given = repr(value)
            text = f"{given}: {error}"
            self.fail(Reason(text, "quoted_value", given=given[1:-1], problem=error.reason), param, ctx)

    def read(self, value: str) -> Any:
        """What is typed, read. Malformed."""
        from cli.typed import as_month
        from ledger.formats import parse_month

        return parse_month(as_month(value))


class Quarter(Month):
    """A civil quarter, `YYYY-Qn`."""

    name = "quarter"

    def read(self, value: str) -> Any:
        """What is typed, read. Malformed."""
        from ledger.formats import parse_quarter
        from ledger.texts import plain

        return parse_quarter(plain(value).upper())


class Day(click.ParamType["date"]):
    """A day, `YYYY-MM-DD`."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "date":
        """The day, or a usage error."""
        from cli.typed import as_day
        from ledger.formats import Malformed, parse_day

        try:
            return parse_day(as_day(value) if isinstance(value, str) else value)
        except Malformed as error:
            self.fail(error.reason, param, ctx)


month_argument = click.argument("month", type=Month(), metavar="MONTH")


Read = Callable[["Desk", str, int | None], Any]
"""Reads a report of a site as of a position (None: now)."""


@dataclass(frozen=True)
class Asked:
    """How a report was asked for: of which site, as of when, for people or for programs."""

    site: str | None
    as_of: str | None
    as_json: bool

    def fetch(self, name: str, month: str, read: Read) -> tuple[Any, str | None]:
        """The report and its title for people; as JSON it is printed here, and there is no title."""
        found, site, position = self._seen(name, read) or self._read(read)
        if self.as_json:
            print_json(found)
            return found, None
        return found, _title(name, month, [site], position)

    def _seen(self, name: str, read: Read) -> tuple[Any, str, None] | None:
        """What a glance at current sheets shows; None where it takes a Ledger to say it."""
        from ledger.application.reading.fast_path import REPORTS, FastPath, NotOnFastPath

        is_special = self.as_of is not None or settings().is_checked or settings().person is not None
        if is_special or name not in REPORTS:
            return None
        try:
            with FastPath(settings().address()) as glance:
                site = glance.site(self.site)
                return read(cast("Desk", glance), site, None), site, None
        except NotOnFastPath:
            return None

    def _read(self, read: Read) -> tuple[Any, str, int | None]:
        with settings().open() as ledger, checking(ledger):
            position = None if self.as_of is None else ledger.position_of(self.as_of)
            site = ledger.site(self.site, position)
            return read(ledger, site, position), site, position


@dataclass(frozen=True)
class AskedOfOneOfAll(Asked):
    """The same of one site of one ledger among all; as JSON it is gathered, for being printed with the others."""

    ledger: "Desk"
    of: str
    gathered: list[dict[str, Any]]

    def fetch(self, name: str, month: str, read: Read) -> tuple[Any, str | None]:
        """The report, and its title for people."""
        site = str(self.site)
        with checking(self.ledger):
            position = None if self.as_of is None else self.ledger.position_of(self.as_of)
            found = read(self.ledger, site, position)
        if self.as_json:
            rows = found if isinstance(found, list) else [found]
            self.gathered.extend({"ledger": self.of, "site": site, **row} for row in rows)
            return found, None
        return found, _title(name, month, [self.of, site], position)


def _title(name: str, month: str, where: Sequence[str], position: int | None) -> str:
    labels = settings().labels()
    parts = [f"{labels.title(name)} {month}".strip(), *where]
    if position is not None:
        parts.append(labels.say("as_of", position=position))
    return " · ".join(parts)


def report_options(function: Callable[..., None]) -> Callable[..., int | None]:
    """The options every report takes; the report gets them as one `asked`."""

    @wraps(function)
    def run(site: str | None, as_of: str | None, as_json: bool, all_ledgers: bool, **rest: Any) -> int | None:
        asked = Asked(site, as_of, as_json)
        if all_ledgers:
            return _ask_all(asked, function, rest)
        function(asked=asked, **rest)
        return None

    return json_option(site_option(all_ledgers_option(as_of_option(checked_options(common_options(run))))))


def _ask_all(asked: Asked, function: Callable[..., None], rest: dict[str, Any]) -> int:
    """The report of every site of every ledger. Where one refuses, it is told on stderr and in the exit status."""
    from cli.group import ask_all
    from ledger.errors import Refusal, Unknown

    gathered: list[dict[str, Any]] = []
    found: list[str] = []
    refused: list[int] = []

    def ask(name: str, ledger: "Desk") -> None:
        position = None if asked.as_of is None else ledger.position_of(asked.as_of)
        for site in ledger.site_ids(position):
            if asked.site not in (None, site):
                continue
            found.append(site)
            try:
                function(
                    asked=AskedOfOneOfAll(site, asked.as_of, asked.as_json, ledger, name, gathered), **rest
                )
            except Refusal as refusal:
                print_error(refusal.at(ledger=name, site=site))
                refused.append(refusal.exit_status)

    status = ask_all(ask, asked.as_of)
    if asked.site is not None and not found and not status:
        raise Unknown("site_unknown", site=asked.site)
    if asked.as_json:
        print_json(gathered)
    return max([status, *refused])
