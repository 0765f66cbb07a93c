"""`kaoji verify --handoff`: whether a file that went to payroll is whole, and says and shows what was handed over."""

from pathlib import Path

import click

from cli.render import print_json, shown, talk
from cli.settings import settings
from cli.usage import A_FINDING
from ledger.application.given_file import content_of


def verify_handoff(file: str, mapping: str | None, as_json: bool) -> int:
    """Whether a hand-off file is whole, and says and shows what was handed over."""
    given_map = None if mapping is None else content_of(Path(mapping))
    with settings().open() as ledger:
        checked = ledger.exports.check_handoff(content_of(Path(file)), given_map)
    labels, values = settings().labels(), checked.values()
    if as_json:
        print_json(values)
        return 0 if checked.ok else A_FINDING
    if checked.found.said != checked.found.digest:
        talk(labels.say("handoff_digest_differs", said=checked.found.said, made=checked.found.digest))
    for where, there, here in checked.differences:
        talk(shown(labels.say("handoff_differs", where=where, there=there, here=here)))
    for where, what in checked.dressed or ():
        talk(shown(labels.say("handoff_dressed", where=where, what=labels.word(what))))
    if checked.dressed is None:
        talk(labels.say("handoff_not_looked"))
    if not checked.ok:
        talk(labels.say("handoff_changed", month=checked.found.month))
    else:
        said = "handoff_whole" if checked.known else "handoff_whole_by_itself"
        click.echo(labels.say(said, site=checked.found.site, month=checked.found.month))
    return 0 if checked.ok else A_FINDING
