"""Events on nobody's stream by their position: a close, a public list, what another site does; and the list on the wall."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.ledger import Ledger
from ledger.application.policy_documents import Side
from ledger.errors import LedgerError, NotEntitled, Unknown
from ledger.examination.loading import house_document
from ledger.policy.loading import house_rules
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

MONTH, SITE, OTHER = office.MONTH, office.SITE, "other"


def rules(**public_list: Any) -> dict[str, Any]:
    document = copy.deepcopy(house_rules())
    document |= {"version": "own-1", "effective_from": "2026-08-01"}
    document["public_list"] |= public_list
    return {"do": "adopt_policy", "policy": document, "on": "2026-07-31"}


def commands(**public_list: Any) -> list[dict[str, Any]]:
    """Two sites with a month each that is closed; at the first one its list hangs, with two people behind it."""
    return [
        *office.office(),
        *office.office(OTHER, prefix="Z"),
        rules(**public_list),
        office.record_consent("E001", on="2026-08-01"),
        office.issue_notice("N1", "E001", 6),
        office.issue_notice("N2", "E002", 5, clause="FD-02"),
        office.close_month(),
        office.post_public_list(),
        office.close_month(site=OTHER, by="ZD01"),
    ]


def opened(folder: Any, **public_list: Any) -> Ledger:
    found = open_ledger(folder / "kaoji.db", office.NOW)
    found.record.apply(lines(commands(**public_list)))
    return found


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """With the house's rules of a list; what tests record in it changes no list."""
    with opened(tmp_path_factory.mktemp("two")) as found:
        yield found


@pytest.fixture(params=[{}, {"mode": "counts"}, {"basis": "consent"}], ids=["masked", "counts", "consent"])
def listed(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Ledger]:
    """With each way to post a list."""
    with opened(tmp_path, **request.param) as found:
        yield found


def desk(ledger: Ledger, viewer: str) -> Desk:
    return Desk.at(ledger, Person(viewer))


def told(ledger: Ledger, viewer: str) -> dict[int, str]:
    """What the events of months and sites come to for somebody, by position: `shown`, or why they are not."""
    found = {}
    with desk(ledger, viewer).look_at_log() as look:
        for event in ledger.log.events():
            if event.stream.startswith(("month/", "site/")):
                try:
                    look.event_at(event.position)
                    found[event.position] = "shown"
                except LedgerError as error:
                    found[event.position] = error.code
    return found


def positions(ledger: Ledger, kind: str, site: str) -> list[int]:
    events = ledger.log.events()
    return [each.position for each in events if each.event.kind == kind and each.event.site == site]


@pytest.mark.parametrize("viewer", ["E003", "I01", "H01", "O01", "D01", "M01"])
def test_what_another_site_does_is_not_there(viewer: str, ledger: Ledger) -> None:
    found = told(ledger, viewer)
    elsewhere = [at for each in ("month_closed", "office_appointed") for at in positions(ledger, each, OTHER)]

    assert len(elsewhere) > 3
    assert {found[at] for at in elsewhere} == {"nothing_at_position"}
    assert {found[at] for at in positions(ledger, "office_appointed", SITE)} == {"shown"}


@pytest.mark.parametrize(
    ("viewer", "code"),
    [
        *(("E003", "not_yours_to_read"), ("E001", "not_yours_to_read"), ("I01", "not_yours_to_read")),
        *(("H01", "not_yours_to_read"), ("Q01", "not_yours_to_read"), ("O01", "shown"), ("C01", "shown")),
    ],
)
def test_who_stands_on_a_list_is_told_by_its_event_to_whoever_sees_the_figures(
    viewer: str, code: str, ledger: Ledger
) -> None:
    (posted,) = positions(ledger, "public_list_posted", SITE)

    assert told(ledger, viewer)[posted] == code


def named(ledger: Ledger, viewer: str, as_of: int | None = None) -> tuple[set[str], set[str]]:
    """Whom the report of a month's list names, and whom the posted one does, with its corrections."""
    with desk(ledger, viewer).look(as_of) as look:
        posted = look.posted_list(MONTH)
        rows = look.of_month("public-list", MONTH)
    corrected = [name for each in posted["corrections"] for name in each["removed"]]
    corrected += [row["employee"] for each in posted["corrections"] for row in each["lowered"]]
    return {row["employee"] for row in rows}, {*(row["employee"] for row in posted["rows"]), *corrected}


def test_a_colleague_is_told_of_whom_the_wall_names(listed: Ledger, request: pytest.FixtureRequest) -> None:
    wall = {"masked": {"E001", "E002"}, "counts": set(), "consent": {"E001"}}[request.node.callspec.id]

    assert named(listed, "E003") == (wall, wall)
    assert named(listed, "O01")[0] == {"E001", "E002"}
    assert named(listed, "E002")[0] == wall | {"E002"}
    (posted,) = positions(listed, "public_list_posted", SITE)
    assert told(listed, "E003")[posted] == "not_yours_to_read"

    less = [office.withdraw_notice("N2", "2026-09-02", by="D01"), office.correct_public_list()]
    listed.record.apply(lines(less))
    assert ("E002" in named(listed, "E003")[1]) is (request.node.callspec.id == "masked")
    assert named(listed, "O01")[0] == {"E001"}

    before = listed.position()
    listed.record.apply(lines([office.take_down_public_list()]))
    assert named(listed, "E003") == named(listed, "E003", before) == (set(), set())
    assert named(listed, "O01", before)[0] == {"E001"}


def test_the_bank_of_another_site_is_not_read_by_its_event(ledger: Ledger) -> None:
    bank = {**house_document(), "version": "own-1"}
    adopted = {"do": "adopt_questions", "bank": bank, "site": OTHER, "by": "ZC01", "on": "2026-09-02"}
    ledger.record.typed(adopted)
    position = ledger.position()
    with desk(ledger, "D01").look_at_log() as look, pytest.raises(LedgerError, match="not_yours_to_read"):
        look.event_at(position)
    with desk(ledger, "ZD01").look_at_log() as look:
        assert look.event_at(position)


def test_the_rules_tell_nothing_of_other_sites(ledger: Ledger) -> None:
    own = rules() | {"site": OTHER, "by": "ZC01"}
    own["policy"] |= {"version": "theirs", "effective_from": "2026-10-01"}
    ledger.record.typed({**own, "on": "2026-09-02"})
    policies = desk(ledger, "E003").policies

    told = [*policies.versions(), policies.show(None, "own-1", None), policies.show(None, None, None)]
    assert {span["site"] for each in told for span in each["governs"]} == {SITE}
    assert "theirs" not in {each["version"] for each in told}
    for ask in (
        lambda: policies.show(OTHER, None, None),
        lambda: policies.versions(OTHER),
        lambda: policies.find_clauses(None, OTHER),
        lambda: policies.show(None, "theirs", None),
        lambda: policies.diff(Side("theirs"), Side("own-1")),
    ):
        with pytest.raises(Unknown) as refused:
            ask()
        assert "theirs" not in str(refused.value.fields.get("known"))
    assert policies.diff(Side("house"), Side("own-1"))
    assert "theirs" in {each["version"] for each in desk(ledger, "C01").policies.versions()}


def test_who_was_absent_is_told_by_its_event_to_whoever_sees_the_sheet(ledger: Ledger) -> None:
    sheet = {
        "do": "record_day_sheet",
        "sheet": "DS1",
        "site": SITE,
        "department": "front-desk",
        "day": "2026-09-01",
    }
    rows = [{"employee": "E001", "seen": "absent"}, {"employee": "E003", "seen": "checked"}]
    ledger.record.apply(
        lines([office.appoint("finance", "E004"), {**sheet, "by": "H01", "on": "2026-09-01", "rows": rows}])
    )
    position = ledger.position()
    for viewer in ("E004", "E001", "H02", "Q01"):
        with desk(ledger, viewer).look_at_log() as look, pytest.raises(NotEntitled):
            look.event_at(position)
    for viewer in ("H01", "D01", "O01"):
        with desk(ledger, viewer).look_at_log() as look:
            assert look.event_at(position)


def test_whoever_has_left_is_told_of_no_office_but_their_own(tmp_path: Any) -> None:
    said = [
        *office.office(),
        office.register_employee("E009"),
        office.appoint("quality", "E009"),
        office.record_departure("E009", "2026-08-20"),
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as gone:
        gone.record.apply(lines(said))
        found = told(gone, "E009")
        (own,) = [
            e.position
            for e in gone.log.events()
            if e.stream == f"site/{SITE}"
            and e.event.kind == "office_appointed"
            and e.event.employee == "E009"
        ]
        assert {at for at, what in found.items() if what == "shown"} >= {own}
        assert {found[at] for at in positions(gone, "office_appointed", SITE)} == {
            "shown",
            "not_yours_to_read",
        }
        with desk(gone, "E009").look_at_log() as look:
            entries = look.history(f"site:{SITE}")
            assert {each["fields"].get("employee") for each in entries} == {None, "E009"}
            with pytest.raises(NotEntitled):
                look.history("employee:D01")
            assert look.history("employee:E009")
        with desk(gone, "E001").look_at_log() as look:
            assert look.history("employee:D01")
