"""What every command needs to know: which ledger, which language; and the options that say so.

`--ledger` and `--lang` may stand before or after the command's name; the one nearer to the command counts.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk
    from ledger.application.group.ledgers import Whereabouts
    from ledger.labels.messages import Labels

DEFAULT_LEDGER = "sqlite:///kaoji.db"
LANGUAGES = ("zh-Hant", "zh-Hans", "en")
F = TypeVar("F", bound=Callable[..., Any])


class Settings:
    """The ledger's URL and the language, as options, environment and defaults give them."""

    def __init__(self, url: str | None = None, language: str | None = None) -> None:
        self.url = url
        self.language = language
        self.by_hand = True
        """Whether what is refused was typed, and not read from a file of commands."""
        self.clock_is_right = False
        """Whether the operator vouches for the machine's clock."""
        self.is_checked = False
        self.checkpoint: str | None = None
        self.vkeys: tuple[str, ...] = ()
        """Whether what is shown is proven event by event, against which checkpoint, by which keys."""
        self.person: str | None = None
        """Through whose eyes the ledger is looked at; None: those of whoever has the files."""
        self.purpose: str | None = None

    def open(self) -> "Desk":
        """The ledger, for whoever has the files or with the rights of a person; closing it is the caller's."""
        from ledger.application.desk.desk import Desk, Keeper, Person

        viewer = Keeper() if self.person is None else Person(self.person)
        return Desk(self._url(), viewer=viewer, purpose=self.purpose, clock_is_right=self.clock_is_right)

    def address(self) -> str:
        """The ledger's URL, for what goes past the desk. NotEntitled `not_yours_to_read` with the rights of a person."""
        if self.person is not None:
            from ledger.errors import NotEntitled

            raise NotEntitled("not_yours_to_read", by=self.person, id=self._url())
        return self._url()

    def whereabouts(self) -> "Whereabouts":
        """Where a group of ledgers is: the catalogue, where one is named and no --ledger typed, else the URL's database."""
        from pathlib import Path

        from ledger.application.group.ledgers import Whereabouts

        catalogue = None if self.url is not None else os.environ.get("KAOJI_LEDGERS")
        return Whereabouts(self.address(), Path(catalogue) if catalogue else None)

    def _url(self) -> str:
        return self.url or os.environ.get("KAOJI_LEDGER") or DEFAULT_LEDGER

    def labels(self) -> "Labels":
        """The words of the chosen language."""
        from ledger.labels.language import detect
        from ledger.labels.messages import load

        return load(self.language or detect(os.environ), self.by_hand)


def settings() -> Settings:
    """The settings of the running command."""
    return click.get_current_context().ensure_object(Settings)


def _keep_url(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Settings).url = value


def _keep_language(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Settings).language = value


def _keep_clock(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.ensure_object(Settings).clock_is_right |= value


CLOCK: Final[dict[str, Any]] = {
    "is_flag": True,
    "expose_value": False,
    "callback": _keep_clock,
    "help": "field:clock_is_right",
}
"""How `--clock-is-right` is made, which whatever records has."""

clock_option = click.option("--clock-is-right", **CLOCK)


def _keep_checked(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.ensure_object(Settings).is_checked |= value


def _keep_checkpoint(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Settings).checkpoint = value


def _keep_vkeys(context: click.Context, _: click.Parameter, value: tuple[str, ...]) -> None:
    if value:
        context.ensure_object(Settings).vkeys = value


def checked_options(function: F) -> F:
    """`--checked`, `--since` and `--vkey` for whatever reads events: `cli.checked` does what they ask."""
    flag = click.option(
        "--checked", is_flag=True, expose_value=False, callback=_keep_checked, help="field:checked"
    )
    since = click.option(
        "--since", metavar="FILE", expose_value=False, callback=_keep_checkpoint, help="field:checked_since"
    )
    return flag(since(vkey_kept(function)))


def vkey_kept(function: F) -> F:
    """`--vkey` for a checked read."""
    return click.option(
        "--vkey", multiple=True, metavar="KEY", expose_value=False, callback=_keep_vkeys, help="field:vkey"
    )(function)


def _keep_person(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Settings).person = value


def _keep_purpose(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Settings).purpose = value


def common_options(function: F) -> F:
    """`--ledger`, `--lang`, `--as` and `--purpose`, for a function or a finished command."""
    ledger = click.option(
        "--ledger",
        metavar="URL",
        expose_value=False,
        callback=_keep_url,
        help=f"field:ledger [KAOJI_LEDGER; {DEFAULT_LEDGER}]",
    )
    language = click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        callback=_keep_language,
        help="field:lang [KAOJI_LANG]",
    )
    person = click.option(
        "--as", metavar="EMPLOYEE", expose_value=False, callback=_keep_person, help="field:as_employee"
    )
    purpose = click.option(
        "--purpose", metavar="TEXT", expose_value=False, callback=_keep_purpose, help="field:purpose"
    )
    return ledger(language(person(purpose(function))))


json_option = click.option("--json", "as_json", is_flag=True, help="field:json")
out_option = click.option("--out", required=True, metavar="FILE", help="field:out")
force_option = click.option("--force", is_flag=True, help="field:force")
site_option = click.option("--site", metavar="SITE", help="field:site_read")
"""Whose answer is asked for."""
recorded_site_option = click.option("--site", metavar="SITE", help="field:site")
"""At which something is recorded: nobody's own is taken for it."""
all_ledgers_option = click.option("--all-ledgers", is_flag=True, help="field:all_ledgers")
as_of_option = click.option(
    "--as-of",
    metavar="P",
    help="field:as_of",
)
