"""Every kind of thing, command and event is known wherever it must be: what fails names the step that is missing.

The steps stand in CONTRIBUTING, "Add a kind of thing". Nothing here lists kinds: they come from `ledger/subjects.py`, the
commands and the registry of events.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel

from cli.main import kaoji
from docs.generate import pages
from docs.pages.command_line import commands
from ledger import terms
from ledger.aggregates.dispatch import covered
from ledger.aggregates.employee import evolve
from ledger.aggregates.stream_state import folds
from ledger.application.ledger import Ledger
from ledger.application.proving.replay import FOLLOWING, OWN
from ledger.application.reading.reports import due_kinds, month_reports
from ledger.application.recording.imports import Asked
from ledger.commands import COMMANDS, references_of, rows_of
from ledger.errors import LedgerError
from ledger.events import CellEvent, Event, Personal, SheetEvent, kinds
from ledger.events.employees import employee_of, employee_stream
from ledger.events.folding import has_rule
from ledger.labels.coded import CODED
from ledger.projections.projection import Projection
from ledger.projections.tables import PROJECTIONS
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.fold_facts import fold
from ledger.reports.waits import all_waits
from ledger.review.cards import plain_card
from ledger.rooms import modules_of
from ledger.state.ledger_context import LedgerContext
from ledger.subjects import APART, BY_EVENT, BY_KIND, OWNED, SUBJECTS, Ref, Subject, referred
from tests.completeness.scene import MONTH, NOT_BY_FORM, WAGES, everything
from tests.support import office
from tests.support.story import open_ledger

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
LABELS = {name: tomllib.loads((ROOT / f"ledger/labels/{name}.toml").read_text("utf-8")) for name in LANGUAGES}
of_kind = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind)
of_command = pytest.mark.parametrize("do", sorted(COMMANDS))
of_event = pytest.mark.parametrize("kind", sorted(kinds()))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("completeness") / "kaoji.db"
    with open_ledger(made, office.NOW) as ledger:
        ledger.record.apply(office.lines(everything()))
        ledger.imports.run("wages", WAGES.encode(), Asked(month="2026-09"))
        ledger.proofs.rotate_key({"on": "2026-09-02"})
    return made


@pytest.fixture
def ledger(file: Path) -> Iterator[Ledger]:
    with open_ledger(file, office.NOW) as opened:
        yield opened


def one_of(ledger: Ledger, subject: Subject) -> str:
    """The id of a thing of this kind in the office."""
    found = ledger.ids(subject.kind, "")
    assert found, f"no {subject.kind} is in tests/completeness/scene.py: tell one in everything()"
    return found[0]


# --- kinds of things --------------------------------------------------------------------------------


@of_kind
def test_a_kind_is_brought_into_being_by_its_command_and_event(subject: Subject) -> None:
    assert subject.asked_by in COMMANDS, f"{subject.asked_by} is no command: ledger/commands"
    assert subject.introduced_by in kinds(), f"{subject.introduced_by} is no event: ledger/events"
    event = kinds()[subject.introduced_by]
    command: type[BaseModel] = COMMANDS[subject.asked_by]
    if subject.part is not None:
        command = rows_of(command)[subject.part]
    else:
        assert COMMANDS[subject.asked_by].makes == subject.introduced_by, (
            f"`makes` of {command.__name__} says otherwise"
        )
    assert subject.kind in command.model_fields, f"{command.__name__} has no field {subject.kind}"
    assert subject.kind in event.model_fields, f"{event.__name__} has no field {subject.kind}"
    assert references_of(command).get(subject.kind) == subject.kind, (
        f"the id of {command.__name__} needs a type with Ref({subject.kind!r}): ledger/terms.py"
    )
    if subject.letter is not None:
        named = {field.alias or name for name, field in command.model_fields.items()}
        assert subject.dated_by in named, f"dated_by of {subject.kind} is no field of {command.__name__}"


def test_every_type_of_an_id_is_of_a_kind_and_every_kind_has_one() -> None:
    marked = {kind for kind in map(referred, vars(terms).values()) if kind is not None}
    rows = {subject.kind for subject in SUBJECTS}
    assert marked == rows, f"{sorted(marked ^ rows)}: a Ref in ledger/terms.py, a row in ledger/subjects.py"


@pytest.mark.parametrize("kind", [*OWNED, *APART, "employee", "site"])
def test_an_id_is_taken_once(kind: str, ledger: Ledger) -> None:
    asked = next(each for each in everything() if each["do"] == BY_KIND[kind].asked_by)
    step = f"{asked['do']} does not ask whether its id is taken: is_taken(…) in its decider"
    try:
        ledger.record.apply(office.lines([{**asked, "key": "again"}]), dry_run=True)
    except LedgerError as refused:
        assert refused.code == "id_taken", step
    else:
        pytest.fail(step)


def test_letters_of_numbers_are_told_apart() -> None:
    letters = [subject.letter for subject in SUBJECTS if subject.letter is not None]
    assert len(letters) == len(set(letters))


@of_kind
def test_a_kind_is_found_by_id_and_by_its_beginning(subject: Subject, ledger: Ledger) -> None:
    name = one_of(ledger, subject)
    assert ledger.log.registry.stream_of(subject.kind, name) is not None
    assert name in ledger.ids(subject.kind, name[:1]), "completion: store/registry_rows"


@of_kind
def test_a_kind_has_a_history_with_the_event_that_introduced_it(subject: Subject, ledger: Ledger) -> None:
    history = ledger.review.history(f"{subject.kind}:{one_of(ledger, subject)}")
    assert subject.introduced_by in {entry["kind"] for entry in history}, "log: ledger/review/history.py"


@of_kind
def test_a_kind_has_a_card(subject: Subject, ledger: Ledger) -> None:
    name = one_of(ledger, subject)
    card = ledger.review.card(subject.kind, name)
    assert card[subject.kind] == name, f"no card of a {subject.kind}: ledger/review/cards.py"
    for language in LANGUAGES:
        lacking = set(card) - set(LABELS[language]["headings"])
        assert not lacking, (
            f"[headings] {lacking} of the card of a {subject.kind}: ledger/labels/{language}.toml"
        )


NOT_NUMBERED = {"inspection", "finding", "site"}
"""Kinds whose ids are always given: a round's by whoever makes it, a finding's after its round, a site's for good."""


@of_kind
def test_a_kind_is_numbered_and_its_id_has_a_type_for_all(subject: Subject) -> None:
    numbered = subject.letter is not None
    assert numbered == (subject.kind not in NOT_NUMBERED), (
        f"no letter for the numbers of a {subject.kind}: its row in ledger/subjects.py"
    )
    named = {referred(getattr(terms, name)) for name in terms.__all__}
    assert subject.kind in named, f"the type of the id of a {subject.kind} is not in __all__: ledger/terms.py"


@pytest.mark.parametrize("kind", OWNED)
def test_what_lives_on_somebodys_stream_is_folded_into_their_state(kind: str, ledger: Ledger) -> None:
    name = ledger.ids(kind, "")[0]
    owner = employee_of(str(ledger.log.registry.stream_of(kind, name)))
    with ledger.look() as look:
        assert name in look.state.employee(owner).things[kind], (
            f"nothing @evolves {BY_KIND[kind].introduced_by}: its file in ledger/aggregates/employee"
        )
        if "month" in kinds()[BY_KIND[kind].introduced_by].model_fields:
            assert hasattr(look.state.employee(owner).things[kind][name], "month"), (
                f"the state of a {kind} does not say in `month` which month it is of"
            )


@pytest.mark.parametrize("kind", APART)
def test_what_has_a_stream_of_its_own_is_folded_into_that_streams_state(kind: str, ledger: Ledger) -> None:
    name = one_of(ledger, BY_KIND[kind])
    stream = str(ledger.log.registry.stream_of(kind, name))
    assert stream.startswith(f"{kind}/"), f"the stream of a {kind} is called {kind}/…"
    with ledger.look() as look:
        assert name in look.state.apart(stream).things[kind], (
            f"nothing @evolves_apart {BY_KIND[kind].introduced_by}: its file in ledger/aggregates"
        )
        assert name in look.state.ids_at(kind, office.SITE), (
            f"the row of {kind} in subjects.py needs site=True"
        )


@pytest.mark.parametrize("kind", [*OWNED, *APART])
def test_a_plain_card_says_all_that_is_said_by_hand(kind: str, ledger: Ledger) -> None:
    name = ledger.ids(kind, "")[0]
    with ledger.look() as look:
        plain = plain_card(LedgerContext(look.state, office.NOW), kind, name)
    assert plain[kind] == name
    assert not [value for value in plain.values() if isinstance(value, date)]


@pytest.mark.parametrize("kind", [*OWNED, *APART, "employee"])
def test_a_thing_has_a_receipt(kind: str, ledger: Ledger) -> None:
    name = ledger.ids(kind, "")[0]
    receipt = json.loads(ledger.proofs.receipt(f"{kind}:{name}"))
    assert BY_EVENT[receipt["envelope"]["kind"]].kind == kind, "receipt: ledger/application/proving/proofs.py"


@pytest.mark.parametrize("kind", OWNED)
def test_what_lives_on_somebodys_stream_is_in_that_persons_export(kind: str, ledger: Ledger) -> None:
    name = ledger.ids(kind, "")[0]
    stream = ledger.log.registry.stream_of(kind, name)
    exported = ledger.people.export(str(stream).partition("/")[2], "en").values
    events = [event for event in exported["events"] if event["fields"].get(kind) == name]
    assert events, f"the person's export has no event of a {kind}: ledger/review/person_record.py"


@of_kind
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_has_words(subject: Subject, language: str) -> None:
    labels = LABELS[language]
    for table in ("words", "headings", "fields"):
        assert subject.kind in labels[table], f"[{table}] {subject.kind}: ledger/labels/{language}.toml"


@of_kind
def test_a_kind_is_shown_from_the_shell(subject: Subject) -> None:
    group = kaoji.get_command(click.Context(kaoji), subject.kind)
    assert isinstance(group, click.Group), f"no `kaoji {subject.kind}`: cli/main.py"
    names = group.list_commands(click.Context(group))
    assert {"show", "list"} & set(names), f"no `kaoji {subject.kind} show`: cli/show.py, show_command"


# --- commands ---------------------------------------------------------------------------------------


@of_command
def test_a_command_says_what_it_makes(do: str) -> None:
    command = COMMANDS[do]
    assert command.makes in kinds(), f"`makes` of {command.__name__} is no event"
    made = {field.alias or name for name, field in kinds()[command.makes].model_fields.items()}
    made |= set(kinds()[command.makes].model_fields)
    said = set(command.model_fields) - {"do", "key"} - command.in_parts
    lost = {name for name in said if command.told_as.get(name, name) not in made}
    assert not lost, (
        f"{sorted(lost)} of {do} are in no field of {command.makes}: it cannot be decided again (told_as)"
    )


def test_every_command_makes_an_event_of_its_own() -> None:
    makes = [command.makes for command in COMMANDS.values()]
    assert len(makes) == len(set(makes))


@of_command
def test_a_command_is_decided(do: str) -> None:
    assert COMMANDS[do] in covered(), f"nothing @decides {do}: the file of its subject in ledger/aggregates"


@of_command
def test_a_command_occurs_in_the_office(do: str) -> None:
    assert do in {command["do"] for command in everything()} | {"rotate_key"}, (
        f"{do} is not in tests/completeness/scene.py: add it to everything()"
    )


@of_command
def test_a_command_can_be_typed_by_hand(do: str) -> None:
    if do in NOT_BY_FORM:
        return
    helps = {command.help for command in _typed(kaoji)}
    assert COMMANDS[do].__doc__ in helps, f"{do} has no form(…): cli/cases.py or cli/organisation.py"


def _typed(group: click.Group) -> Iterator[click.Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _typed(command)
        elif command is not None:
            yield command


@of_command
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_of_a_command_have_labels(do: str, language: str) -> None:
    if do in NOT_BY_FORM:
        return
    asked = {field.alias or name for name, field in COMMANDS[do].model_fields.items()} - {
        "do",
        "key",
        "policy",
    }
    missing = {name for name in asked if not _has_label(name, LABELS[language]["fields"])}
    assert not missing, f"[fields] {sorted(missing)}: ledger/labels/{language}.toml"


def _has_label(name: str, fields: dict[str, Any]) -> bool:
    return name in fields or any(label.startswith(f"{name}_") for label in fields)


# --- events -----------------------------------------------------------------------------------------


@of_event
def test_an_event_occurs_in_the_office(kind: str, ledger: Ledger) -> None:
    assert kind in BY_ITSELF | OF_TWO_SITES or ledger.log.of_kind(kind), (
        f"no {kind} in tests/completeness/scene.py: add a command that makes it"
    )


OF_TWO_SITES = {"employee_transferred"}
"""Events for which the one office is too small: tests/completeness/in_full.py."""
BY_ITSELF = {"keys_bound", "clock_vouched"}
"""Events that no command of an office makes: tests/tamper/test_keyring.py, tests/tamper/test_clock.py."""


@of_event
def test_an_event_is_made_first_by_a_command_or_follows(kind: str) -> None:
    first = {command.makes for command in COMMANDS.values()}
    assert (kind in first) + (kind in FOLLOWING) + (kind in OWN) == 1, (
        f"{kind} is what no command `makes`: say so there, or put it into FOLLOWING in ledger/application/proving/replay.py"
    )


def test_every_event_is_in_the_registry() -> None:
    made = {
        value
        for module in modules_of("ledger.events")
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event) and "kind" in vars(value)
    }
    lost = made - set(kinds().values())
    assert not lost, f"{sorted(each.__name__ for each in lost)} is not @registered"


@of_event
def test_an_event_of_a_month_is_of_its_cell_or_said_not_to_be(kind: str) -> None:
    event = kinds()[kind]
    if {"employee", "month"} <= set(event.model_fields) and not issubclass(event, SheetEvent):
        assert issubclass(event, CellEvent) != (kind in NOT_OF_A_CELL), (
            f"{event.__name__} is no CellEvent, so that no row is drawn after it; or put it into NOT_OF_A_CELL"
        )


NOT_OF_A_CELL = {
    *("deduction_notice_recorded", "wage_recorded", "hearing_recorded", "union_notice_recorded"),
    "finding_recorded",
}
"""Events of an employee's month after which no row or figure of it changes."""


@of_event
def test_an_event_is_folded_for_decisions_or_said_not_to_be(kind: str) -> None:
    folded = has_rule(evolve._evolve, kind) or folds(kind)
    elsewhere = kind in NOT_FOLDED or kind == "employee_registered"
    assert folded != elsewhere, f"nothing @evolves {kind}, and it is not in NOT_FOLDED"


NOT_FOLDED = {
    **dict.fromkeys(
        (
            *("day_sheet_recorded", "week_sheet_recorded", "appraisal_published", "appraisal_reported"),
            *("appraisal_returned", "appraisal_certified", "appraisal_approved"),
        ),
        "lives on a department's month: ledger/aggregates/department_month.py",
    ),
    "appeal_replied": "words, which no decision reads",
    "notice_remarked": "words, which no decision reads",
    "week_summarised": "words, which no decision reads",
    "wage_recorded": "money: ledger/reckoning/fold_rules.py",
    "clock_vouched": "lives on the clock's stream: ledger/application/clock_judgement.py",
    "keys_bound": "lives on the keyring's stream: ledger/store/log.py",
    "month_closed": "lives on a month's stream: ledger/state/closes.py",
    "employee_transferred": "lives on a site's stream: ledger/aggregates/site_state.py",
    "office_appointed": "lives on a site's stream: ledger/aggregates/site_state.py",
    "policy_adopted": "lives on the book's stream: ledger/state/ledger_state.py",
    "public_list_posted": "lives on a month's stream: ledger/aggregates/posted_list_state.py",
    "public_list_corrected": "lives on a month's stream: ledger/aggregates/posted_list_state.py",
    "public_list_taken_down": "lives on a month's stream: ledger/aggregates/posted_list_state.py",
    "questions_adopted": "lives on the book's stream: ledger/state/question_banks.py",
    "result_entered": "a result on somebody's record, which no decision reads: the sitting holds it",
    "signing_key_rotated": "lives on the notary's stream: ledger/state/streams.py",
    "sheet_imported": "says whence, which no decision reads",
    "site_registered": "lives on a site's stream: ledger/aggregates/site_state.py",
}


def test_a_fold_leaves_the_state_it_is_given_as_it_is(ledger: Ledger) -> None:
    for employee in ledger.ids("employee", ""):
        state = facts = None
        for recorded in ledger.log.stream(employee_stream(employee)):
            before = repr(state), repr(facts)
            after = evolve.evolve(state, recorded.event, recorded.position)
            figures = fold(facts or EmployeeFacts(), recorded)
            assert (repr(state), repr(facts)) == before, (
                f"the fold of {recorded.event.kind} changes its state"
            )
            state, facts = after, figures


@of_event
def test_a_text_of_somebodys_is_personal_or_said_not_to_be(kind: str) -> None:
    loose = {
        name
        for name, field in kinds()[kind].model_fields.items()
        if field.annotation in (str, str | None, tuple[str, ...])
        if not field.metadata
        or any(getattr(mark, "func", None) is terms._check_text for mark in field.metadata)
        if not any(isinstance(mark, Personal) for mark in field.metadata)
    }
    assert loose <= NOBODYS, (
        f"{sorted(loose - NOBODYS)} of {kind}: Personal(of=…), or NOBODYS if it is nobody's word"
    )


NOBODYS = {"department", "digest", "inspection", "name", "place", "post", "team", "timezone"}
"""Texts of events that are nobody's words: digests, and what a site calls its places, posts and inspections."""


SAID_IN_WORDS = {
    ("ActionChecked", "finding"),
    ("CheckAction", "finding"),
    ("FindingRectified", "action"),
    ("NoticeRectified", "action"),
    ("RectifyFinding", "action"),
    ("RectifyNotice", "action"),
    ("FindResponsibility", "finding"),
    ("IssueNotice", "inspection"),
    ("NoticeIssued", "inspection"),
    ("ResponsibilityFound", "finding"),
}
"""Fields of the fixed interface that are called like a kind and hold words: what was found, what a round is called."""


@pytest.mark.parametrize("model", [*COMMANDS.values(), *kinds().values()], ids=lambda model: model.__name__)
def test_a_field_called_like_a_kind_holds_the_id_of_one(model: type[BaseModel]) -> None:
    called = {subject.kind for subject in SUBJECTS} & set(model.model_fields)
    called -= {field for name, field in SAID_IN_WORDS if name == model.__name__}
    assert called <= set(references_of(model)), (
        f"{sorted(called - set(references_of(model)))} of {model.__name__} is no id: rename the kind, or the field"
    )


@of_event
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_has_a_word(kind: str, language: str) -> None:
    assert kind in LABELS[language]["words"], f"[words] {kind}: ledger/labels/{language}.toml"


@of_event
def test_an_event_is_documented(kind: str) -> None:
    assert f"### {kind}\n" in (ROOT / "docs/events.md").read_text("utf-8"), "run python -m docs.generate"


@of_event
def test_ids_in_an_event_are_of_a_kind_that_is_known(kind: str) -> None:
    known = {subject.kind for subject in SUBJECTS}
    assert set(references_of(kinds()[kind]).values()) <= known


def test_every_event_can_be_decided_again_where_it_stands(ledger: Ledger) -> None:
    found = ledger.proofs.verify(deep=True, sheets=True)
    assert found.faults == [], (
        "replay.command_of, `told_as`, or a fold: the same command must make the same events"
    )


def test_projections_are_drawn_anew_as_they_stand(ledger: Ledger) -> None:
    ledger.project()
    assert ledger.projections.differing() == []


# --- projections, reports, what is due ------------------------------------------------------------------


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_a_projection_has_rows_and_a_state_draws_the_same(projection: Projection, ledger: Ledger) -> None:
    with ledger.look() as look, ledger.look(ledger.position()) as drawn:
        rows = [row for site in look.state.site_ids() for row in look.rows.of(projection, site)]
        anew = [row for site in look.state.site_ids() for row in drawn.rows.of(projection, site)]
    assert rows, (
        f"no row of {projection.name}: is its event a CellEvent, and is there one in tests/completeness/scene.py?"
    )
    assert rows == anew
    columns = projection.table.c.keys()[1:]
    assert all(list(row) == columns for row in anew), (
        "values are written in the order in which a row has them"
    )


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_what_waits_is_what_a_projection_says(projection: Projection, ledger: Ledger) -> None:
    with ledger.look() as look:
        rows = [row for site in look.state.site_ids() for row in look.rows.of(projection, site)]
        open_rows = [row for site in look.state.site_ids() for row in look.rows.waiting(projection, site)]
    waiting_in = [waiting for row in rows for waiting in projection.waiting(row)]
    told = {waiting.what for waiting in waiting_in}
    assert waiting_in == [waiting for row in open_rows for waiting in projection.waiting(row)], (
        f"something waits in a row of {projection.name} that is outside its `open`"
    )
    assert told <= set(projection.waits), f"`waits` of {projection.name} lacks {told - set(projection.waits)}"
    assert set(projection.waits) <= told, (
        f"{set(projection.waits) - told} waits nowhere: `waiting` of {projection.name}, or tests/completeness/scene.py"
    )


DONE_IN_THE_SCENE = {
    *("report", "certify", "approve", "objection", "handbook"),
    *("marking", "third", "declare"),
    *("list_posting", "list_correction", "list_expiry"),
}
"""What waits for a step that the scene takes: seen waiting where appraisals, sittings and posted lists are tested."""


def test_what_waits_beside_the_projections_is_what_its_file_says(ledger: Ledger) -> None:
    seen = set(DONE_IN_THE_SCENE)
    with ledger.look() as look:
        context = LedgerContext(look.state, look.now)
        for waits in all_waits():
            told = {
                waiting.what
                for site in look.state.site_ids()
                for waiting in waits.waiting(look.rows, context, site, look.today(site))
            }
            file = waits.waiting.__module__
            assert told <= set(waits.whats), f"WAITS in {file} lacks {told - set(waits.whats)}"
            never = set(waits.whats) - told - seen
            assert not never, f"{never} waits nowhere: `waiting` in {file}, or tests/completeness/scene.py"


def test_a_report_is_asked_for_by_the_name_in_its_docstring() -> None:
    group = kaoji.get_command(click.Context(kaoji), "report")
    assert isinstance(group, click.Group)
    for module in modules_of("ledger.reports"):
        named = re.match(r"`report ([a-z-]+)`", module.__doc__ or "")
        if named is not None:
            assert named[1] in group.list_commands(click.Context(group)), (
                f"{module.__name__} has no REPORT = MonthReport(…), nor cli/report.py a command"
            )


@pytest.mark.parametrize("name", sorted(month_reports()))
def test_a_report_has_its_columns_and_words_for_its_codes(name: str, ledger: Ledger) -> None:
    report = month_reports()[name]
    rows = ledger.reports.of_month(name, MONTH)
    assert rows, f"no row of report {name} in {MONTH}: tests/completeness/scene.py"
    for row in rows:
        assert set(report.columns) <= set(row), (
            f"{set(report.columns) - set(row)} is no column of {name}'s rows"
        )
        for field in CODED & set(row):
            for language in LANGUAGES:
                assert row[field] in (None, *LABELS[language]["words"]), (
                    f"[words] {row[field]}: {language}.toml"
                )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_and_what_is_due_have_words(language: str) -> None:
    labels = LABELS[language]
    for report in month_reports().values():
        assert report.name in labels["titles"], f"[titles] {report.name}: ledger/labels/{language}.toml"
        for column in report.columns:
            assert column in labels["headings"], f"[headings] {column}: ledger/labels/{language}.toml"
        assert {*report.right, *report.spare} <= set(report.columns)
        assert report.rows.__doc__, f"the docstring of {report.name} is the help of its command"
    for what in due_kinds():
        assert what in labels["words"], f"[words] {what}: ledger/labels/{language}.toml"


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_every_command_has_a_help(language: str) -> None:
    for command, context in commands():
        assert command.help_key in LABELS[language]["helps"], (
            f'[helps] "{command.help_key}": ledger/labels/{language}.toml'
        )
        path = context.command_path.split()
        if len(path) == 2:
            assert path[1] in LABELS[language]["shorts"], f"[shorts] {path[1]}: ledger/labels/{language}.toml"


def test_pages_made_from_the_code_are_up_to_date() -> None:
    stale = [page.name for page, text in pages().items() if page.read_text("utf-8") != text]
    assert not stale, f"{stale}: run python -m docs.generate"


# --- a forgotten step is told -----------------------------------------------------------------------


def test_a_table_of_ours_that_lacks_something_is_no_damaged_event(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.application.proving import replay

    monkeypatch.delitem(replay._ASKED, "reward_granted")
    with pytest.raises(KeyError):
        ledger.proofs.verify(deep=True)


def test_an_id_type_without_a_kind_is_seen() -> None:
    class Asked(BaseModel):
        medal: str

    assert references_of(Asked) == {}
    assert Ref("medal").kind == "medal"
