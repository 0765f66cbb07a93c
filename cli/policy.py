"""`kaoji policy …`: the policy book, what a version says, what differs, and what the linter finds (domain §8)."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from cli.files import InputFile
from cli.localized_help import SpeakingGroup
from cli.policy_view import (
    findings,
    governs,
    print_changes,
    print_checked,
    print_clauses,
    print_finding,
    print_version,
)
from cli.render import print_json, print_line, print_table, print_title, shown
from cli.report_options import Day
from cli.settings import as_of_option, clock_option, common_options, json_option, settings, site_option
from ledger.application.given_file import content_of, whole
from ledger.formats import format_day, format_local

if TYPE_CHECKING:
    from datetime import date

    from ledger.application.policy_documents import Side

_site_option = click.option("--site", metavar="SITE", help="field:policy_site")
_DIGEST_SHOWN = 12


@click.group(cls=SpeakingGroup, help_key="policy")
@common_options
def policy() -> None:
    """The policy book: which rules are in force where and when, and how to change them."""


@policy.command("show", help_key="policy show", examples=["kaoji policy show --on 2026-08-01"])
@click.option("--on", type=Day(), metavar="DAY", help="field:policy_on")
@click.option("--version", metavar="V", help="field:policy_version")
@site_option
@as_of_option
@json_option
@common_options
def show(on: "date | None", version: str | None, site: str | None, as_of: str | None, as_json: bool) -> None:
    """Show the rules in force on a day (today if none is given), or one version."""
    if on is not None and version is not None:
        from ledger.errors import InputError

        raise InputError("options_exclude", first="--on", second="--version")
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        found = ledger.policies.show(site, version, on, position)
        timezone = ledger.timezone(site)
    if as_json:
        print_json(found)
    else:
        print_version(found, timezone)


@policy.command("list", help_key="policy list", examples=["kaoji policy list"])
@_site_option
@as_of_option
@json_option
@common_options
def list_(site: str | None, as_of: str | None, as_json: bool) -> None:
    """List the versions adopted, and the months each of them governs."""
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        rows = ledger.policies.versions(site, position)
        timezone = ledger.timezone(site)
    if as_json:
        print_json(rows)
        return
    labels = settings().labels()
    flat = [
        {
            **row,
            "site": row["site"] or labels.word("all_sites"),
            "effective_from": row["effective_from"] or labels.word("beginning"),
            "governs": governs(row["governs"]),
            "recorded_at": format_local(row["recorded_at"], timezone),
            "digest": row["digest"][:_DIGEST_SHOWN],
        }
        for row in rows
    ]
    print_title(labels.title("policy-list"))
    columns = [
        "version",
        "site",
        "effective_from",
        "governs",
        "position",
        "recorded_at",
        "on",
        "by",
        "digest",
    ]
    print_table(flat, columns, right=["position"], spare=["digest", "recorded_at", "site", "on"])


@policy.command(
    "clauses", help_key="policy clauses", examples=["kaoji policy clauses phone", "kaoji policy clauses 電話"]
)
@click.argument("word", metavar="[WORD]", required=False)
@site_option
@json_option
@common_options
def clauses(word: str | None, site: str | None, as_json: bool) -> None:
    """List the clauses in force today: title, check points and source; with a WORD in any language those that hold it."""
    with settings().open() as ledger:
        found = ledger.policies.find_clauses(word, site)
    if as_json:
        print_json(found)
    else:
        print_clauses(found, word)


@policy.command("diff", help_key="policy diff", examples=["kaoji policy diff house own.toml"])
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@json_option
@common_options
def diff(old: str, new: str, as_json: bool) -> None:
    """Show what differs between A and B, each an adopted version, a file or the word house."""
    with settings().open() as ledger:
        changes = ledger.policies.diff(_side(old), _side(new))
    if as_json:
        print_json(changes)
        return
    print_title(f"{settings().labels().title('policy-diff')} {old} → {new}")
    print_changes(changes)


@policy.command("check", help_key="policy check", examples=["kaoji policy check own.toml"])
@click.argument("file", type=InputFile())
@_site_option
@json_option
@common_options
def check(file: BinaryIO, site: str | None, as_json: bool) -> int:
    """Find everything that is wrong with a policy FILE (TOML or JSON), or can hardly be meant.

    The exit status is 1 where there is an error: such a file cannot be adopted.
    """
    from ledger.application import policy_documents as policies

    document = policies.read(whole(file))
    with settings().open() as ledger:
        checked = ledger.policies.check(document, site)
    return print_checked(checked, file.name, as_json)


@policy.command("adopt", help_key="policy adopt", examples=["kaoji policy adopt own.toml --by D01 --dry-run"])
@click.argument("file", type=InputFile())
@_site_option
@click.option("--by", metavar="EMPLOYEE", help="field:by")
@click.option("--on", type=Day(), metavar="DAY", help="field:on")
@click.option("--dry-run", is_flag=True, help="field:dry_run")
@clock_option
@json_option
@common_options
def adopt(
    file: BinaryIO, site: str | None, by: str | None, on: "date | None", dry_run: bool, as_json: bool
) -> None:
    """Adopt a policy FILE (TOML or JSON) as a new version, for one site or for all.

    The file is checked first: errors refuse it, warnings are shown. With --dry-run what would change is shown
    and nothing is recorded.
    """
    from ledger.application import policy_documents as policies

    document = policies.read(whole(file))
    given = {"site": site, "by": by, "on": format_day(on)}
    given = {name: value for name, value in given.items() if value is not None}
    with settings().open() as ledger:
        checked = ledger.policies.check(document, site)
        for finding in findings(checked, file.name):
            if finding["severity"] != "info":
                print_finding(finding, err=True)
        against, applied = ledger.policies.adopt(document, given, dry_run)
    labels = settings().labels()
    if as_json:
        changes = [{"version": version, "changes": changes} for version, changes in against]
        position = None if applied is None or dry_run else applied.position
        print_json({"version": document.values["version"], "position": position, "against": changes})
        return
    if not dry_run and applied is not None:
        version = document.values["version"]
        print_line(shown(labels.say("policy_adopted", version=version, position=applied.position)))
        return
    for version, changes in against:
        print_title(f"{labels.title('policy-diff')} {version} → {document.values['version']}")
        print_changes(changes)
    if applied is not None and applied.impact is not None and applied.impact.difference:
        from cli.difference import show_difference

        show_difference(applied.impact.difference)
    click.echo()
    print_line(labels.say("nothing_recorded"))


@policy.command("template", help_key="policy template", examples=["kaoji policy template > own.toml"])
@common_options
def template() -> None:
    """Print the default house rules as TOML: a start for rules of one's own."""
    from ledger.application import policy_documents as policies

    click.echo(policies.template(), nl=False)


def _side(name: str) -> "Side":
    """One side of a comparison: its name, and the file of that name where there is one."""
    from ledger.application.policy_documents import Side

    return Side(name, content_of(Path(name)) if Path(name).is_file() else None)
