"""`kaoji serve`: the console in a browser, for everybody who uses no terminal."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from cli.localized_help import SpeakingCommand
from cli.render import print_error, print_line, talk
from cli.sample_office import sample_url
from cli.settings import common_options, settings
from ledger.errors import InputError, StoreError

_SAMPLE_FOLDER = Path("demo-console")
"""The console's sample has a ledger of its own: what `kaoji demo` records bears another day."""


@click.command(
    cls=SpeakingCommand,
    help_key="serve",
    examples=["kaoji serve --demo", "kaoji serve --code O01 --port 8080", "kaoji serve --workers 2"],
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
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="field:serve_workers",
)
@click.option("--log-requests", is_flag=True, help="field:serve_log_requests")
@common_options
def serve(demo: bool, people: tuple[str, ...], workers: int, **asked: Any) -> None:
    """Serve the console: the ledger as pages, each person with their own rights.

    Whoever has no account yet, or has forgotten the password, gets a printed code with --code, and sets one with it. --demo
    opens the sample office in a ledger of its own, with codes for six people.
    """
    web: Any = import_module("web.serve")
    if demo and settings().url is not None:
        raise InputError("options_exclude", first="--demo", second="--ledger")
    if demo and workers > 1:
        raise InputError("options_exclude", first="--demo", second="--workers")
    serving = _serving(web, demo, asked)
    web.require_safe(serving)
    console = web.console_of(serving)
    labels, address = settings().labels(), _address(serving)
    try:
        made = web.ready(serving, console)
    except StoreError:  # a console of this ledger may answer there already, where the codes count at once
        _tell_codes(web.codes(console, people), address)
        raise
    new = people or (web.newcomers(console, web.SAMPLE_PEOPLE) if demo else ())
    codes = web.codes(console, new)
    print_line(labels.say("serving", address=address))
    _tell_codes(codes, address)
    _keep_up(console)
    if not console.accounts.has_any():
        talk(labels.say("nobody_enrolled"))
    with import_module("web.upkeep").Daily(console):  # of several processes this one alone keeps up
        if workers == 1:
            web.run(made)
        else:
            import_module("web.workers").run(serving, console, made, workers, _tell_ended)


def _serving(web: Any, demo: bool, asked: Mapping[str, Any]) -> Any:
    """What is served, where and to whom, of what was asked for. InputError `argument_missing`."""
    url = sample_url(_SAMPLE_FOLDER, "other_ledger_served") if demo else settings().address()
    where = settings().whereabouts()
    tls = (asked["tls_cert"], asked["tls_key"])
    if any(tls) and not all(tls):
        lacking = "--tls-key" if tls[0] else "--tls-cert"
        raise InputError("argument_missing", name=lacking, path="kaoji serve")
    return web.Serving(
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
        log_requests=asked["log_requests"],
        group=None if demo or where.catalogue is None else where,
    )


def _keep_up(console: Any) -> None:
    """What has had its time beside the ledger goes, and is told; what cannot go keeps nobody from being served."""
    try:
        gone = import_module("web.upkeep").keep_up(console)
    except StoreError as error:
        print_error(error)
        return
    if gone is not None:
        told = {"count": gone.count, "until": gone.until, "number": gone.number}
        talk(settings().labels().say("readings_pruned", **told))


def _address(serving: Any) -> str:
    """As it is typed into a browser."""
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    return f"{'https' if serving.tls else 'http'}://{host}:{serving.port}"


def _tell_ended(pid: int | None, status: int | None) -> None:
    """That one of the processes has ended, and is replaced."""
    talk(settings().labels().say("worker_ended", pid=pid, status=status))


def _tell_codes(codes: list[tuple[str, str, str]], address: str) -> None:
    """The codes with which passwords are set."""
    for employee, name, code in codes:
        said = settings().labels().say("code_for", employee=employee, name=name, code=code, address=address)
        print_line(said)
