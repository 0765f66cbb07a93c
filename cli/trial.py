"""`kaoji what-if --policy` of everybody: who would owe less or more under another policy, and every figure that changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.checked import checking
from cli.difference import brief
from cli.files import PRIVATE, require_room, write_file
from cli.group import ask_all, require_here, visit_all
from cli.progress import progress
from cli.render import print_json, print_line, print_table, print_title, shown, talk
from cli.settings import settings

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk
    from ledger.review.changed_figures import Changed

_COUNTS: Final = ("people", "winners", "losers")
_FIGURES: Final = (
    *("deduction_before", "deduction_after", "deduction_difference", "performance_difference"),
    *("sanctions_due_difference", "public_difference"),
)
_SPARE: Final = (
    "public_difference",
    "sanctions_due_difference",
    "performance_difference",
    "deduction_before",
)
_TITLES: Final = (
    *("employee", "month", "site", "department", "report", "notice", "figure", "before", "after"),
)


@dataclass(frozen=True)
class Asked:
    """A policy's document, and on what it is to be tried; `out`: where every figure that changes is to be written."""

    document: bytes
    site: str | None
    month: str | None
    as_of: str | None
    out: Path | None
    force: bool


def run_trial(asked: Asked, workers: str | None, as_json: bool) -> int | None:
    """Tries it on one ledger or, by workers, on all; the exit status. InputError, and what reading a ledger may raise."""
    if workers is not None:
        return _try_all(asked, workers, as_json)
    if asked.out is not None:
        require_room(asked.out, asked.force)
    with settings().open() as ledger, checking(ledger):
        found = _tried(ledger, asked)
    if as_json:
        print_json(found)
    else:
        _show(found, None)
    return None


def _try_all(asked: Asked, workers: str, as_json: bool) -> int:
    """Of every ledger; where one refuses, the others answer all the same."""
    if asked.out is None and not settings().is_checked:
        from ledger.application.policy_documents import require_policy

        require_policy(asked.document)
        given = {"document": asked.document.decode(), "site": asked.site, "month": asked.month}
        gathered, status = visit_all("policy", given, workers, asked.as_of)
    else:
        require_here(workers, "--out" if asked.out is not None else "--checked")
        gathered, status = _try_in_turn(asked)
    if as_json:
        print_json(gathered)
    else:
        for found in gathered:
            _show(found, found["ledger"])
    return status


def _try_in_turn(asked: Asked) -> tuple[list[dict[str, Any]], int]:
    """Of every ledger here, each proven or with a file of its own, for all of which there has to be room."""
    gathered, out, files = [], asked.out, {}
    if out is not None:
        members = settings().whereabouts().group().members
        files = {each.name: out.with_name(f"{out.stem}-{each.name}{out.suffix}") for each in members}
        for file in files.values():
            require_room(file, asked.force)

    def ask(name: str, ledger: "Desk") -> None:
        with checking(ledger):
            found = _tried(ledger, replace(asked, out=files.get(name)))
        gathered.append(
            {"ledger": name, "position": found.pop("position"), "mark": found.pop("mark"), **found}
        )

    return gathered, ask_all(ask, asked.as_of)


def _tried(ledger: "Desk", asked: Asked) -> dict[str, Any]:
    """The trial as `--json` has it."""
    position = None if asked.as_of is None else ledger.position_of(asked.as_of)
    what = (asked.document, asked.site, asked.month, position)
    with progress() as told:
        if asked.out is None:
            return ledger.review.try_policy(*what, progress=told)
        with ledger.review.changed_figures() as changed:
            found = ledger.review.try_policy(*what, changed, told)
            labels = settings().labels()
            lines = ledger.review.changed_csv([labels.heading(title) for title in _TITLES], _rows(changed))
            write_file(asked.out, lines, asked.force, PRIVATE)
    talk(labels.say("changed_written", file=shown(asked.out)))
    return found


def _rows(changed: "Iterable[Changed]") -> Iterator[Sequence[str]]:
    labels = settings().labels()
    for one in changed:
        yield (
            *(one.employee, one.month, one.site, one.department or "", labels.title(one.report), one.notice),
            *(labels.heading(one.figure), brief(one.before), brief(one.after)),
        )


def _show(found: Mapping[str, Any], ledger: str | None) -> None:
    """By month, department and site, and all together."""
    labels = settings().labels()
    title = labels.say("trial_of", version=found["policy"], position=found["position"])
    print_title(title if ledger is None else f"{title} · {ledger}")
    sites = found["sites"]
    _print(found["months"], ["month"])
    _print(found["departments"], ["site", "department"] if len(sites) > 1 else ["department"])
    if len(sites) > 1:
        _print(sites, ["site"])
    print_line(labels.say("all_together"), bold=True)
    _print([found["total"]], [])
    print_line(labels.say("nothing_recorded"))


def _print(rows: Sequence[Mapping[str, Any]], names: list[str]) -> None:
    print_table([_flat(row) for row in rows], [*names, *_COUNTS, *_FIGURES], [*_COUNTS, *_FIGURES], _SPARE)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    parts = {name: value for name, value in row.items() if isinstance(value, dict)}
    return dict(row) | {
        f"{name}_{side}": told for name, value in parts.items() for side, told in value.items()
    }
