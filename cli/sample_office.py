"""The sample office's ledger: in a folder of its own, and never in somebody else's ledger."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Final

import click

from cli.files import make_folder
from cli.settings import settings
from ledger.application.desk.desk import Desk
from ledger.errors import StoreError, Unknown

SITE: Final = "jinse"
SAMPLE: Final = resources.files("cli").joinpath("sample")
_LAST: Final = "9" * 18
"""A position after every other."""


def sentences() -> dict[str, str]:
    """What is said of the sample alone, in the chosen language."""
    tables = tomllib.loads(SAMPLE.joinpath("demo.toml").read_text("utf-8"))
    told: dict[str, str] = tables[settings().labels().language]
    return told


def sample_url(folder: Path, or_else: str) -> str:
    """The address of the sample's ledger in a folder, which is made where it is not there.

    click.UsageError where that ledger is another office's, with what to do `or_else`, a key of `sentences`. InputError
    of `make_folder`.
    """
    make_folder(folder)
    url = _url(folder)
    with Desk(url) as ledger:
        if _is_of_others(ledger):
            raise click.UsageError(sentences()[or_else].format(file=folder / "kaoji.db"))
    return url


def _url(folder: Path) -> str:
    """The ledger in a folder; what a URL reads otherwise than a path is escaped."""
    path = folder.joinpath("kaoji.db").as_posix().replace("%", "%25").replace("?", "%3F")
    return f"sqlite:///{path}"


def _is_of_others(ledger: Desk) -> bool:
    """Whether something is recorded there, and it is not the sample."""
    try:
        ledger.site(SITE)
    except StoreError:
        return False
    except Unknown:
        return ledger.position_of(_LAST) > 0
    return False
