"""`kaoji serve`: the console in a browser, for everybody who uses no terminal."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from cli.localized_help import SpeakingCommand
from cli.render import print_line, talk
from cli.settings import common_options, settings
from ledger.errors import InputError

_SAMPLE_LEDGER = "sqlite:///{folder}/kaoji.db"


@click.command(
    cls=SpeakingCommand,
    help_key="serve",
    examples=["kaoji serve --demo", "kaoji serve --code O01 --port 8080"],
)
@click.option("--demo", is_flag=True, help="field:serve_demo")
@click.option("--code", "people", multiple=True, metavar="EMPLOYEE", help="field:serve_code")
@click.option("--read-only", is_flag=True, help="field:serve_read_only")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="field:serve_host")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="field:serve_port"
)
@click.option(
    "--desk", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="field:serve_desk"
)
@click.option(
    "--evidence", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="field:serve_evidence"
)
@click.option(
    "--second-above",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    metavar="LINES",
    help="field:serve_second_above",
)
@click.option(
    "--tls-cert", type=click.Path(exists=True, dir_okay=False), metavar="FILE", help="field:serve_tls_cert"
)
@click.option(
    "--tls-key", type=click.Path(exists=True, dir_okay=False), metavar="FILE", help="field:serve_tls_key"
)
@click.option("--behind-proxy", metavar="ADDRESSES", help="field:serve_behind")
@click.option("--origin", "origins", multiple=True, metavar="URL", help="field:serve_origin")
@common_options
def serve(demo: bool, people: tuple[str, ...], **asked: Any) -> None:
    """Serve the console: the ledger as pages, each person with their own rights.

    Whoever has no account yet gets a printed code with --code, and sets a password with it. --demo opens the sample office
    in a ledger of its own, with codes for six people.
    """
    web: Any = import_module("web.serve")
    url = _sample_url() if demo and settings().url is None else settings().address()
    where = settings().whereabouts()
    tls = (asked["tls_cert"], asked["tls_key"])
    if any(tls) and not all(tls):
        lacking = "--tls-key" if tls[0] else "--tls-cert"
        raise InputError("argument_missing", name=lacking, path="kaoji serve")
    serving = web.Serving(
        url=url,
        desk_file=asked["desk"],
        evidence=asked["evidence"],
        second_above=asked["second_above"],
        host=asked["host"],
        port=asked["port"],
        read_only=asked["read_only"],
        sample=demo,
        tls=tls if all(tls) else None,
        behind=asked["behind_proxy"],
        origins=asked["origins"],
        group=None if demo or where.catalogue is None else where,
    )
    web.require_safe(serving)
    console = web.console_of(serving)
    _tell(web, console, serving, people or (web.SAMPLE_PEOPLE if demo else ()))
    web.run(serving, console)


def _tell(web: Any, console: Any, serving: Any, people: tuple[str, ...]) -> None:
    """The address, and the codes of whoever has no account yet."""
    labels = settings().labels()
    scheme = "https" if serving.tls else "http"
    address = f"{scheme}://{serving.host}:{serving.port}"
    print_line(labels.say("serving", address=address))
    for employee, name, code in web.codes(console, people):
        print_line(labels.say("code_for", employee=employee, name=name, code=code, address=address))
    if not people and not console.accounts.has_any():
        talk(labels.say("nobody_enrolled"))


def _sample_url() -> str:
    """The sample office's ledger, in a folder of its own: what `kaoji demo` records bears another day."""
    folder = Path("demo-console")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise click.FileError(str(folder), hint=error.strerror) from None
    return _SAMPLE_LEDGER.format(folder=folder)
