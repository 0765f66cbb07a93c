"""Whoever is no longer what they were: departed, erased, a reviewer of once; and tokens that are for nothing.

Every address of the console and of the interface is asked by each, and answered as agreed.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import appoint, erase_employee, lines, record_departure, register_employee
from tests.web.agreed import assert_agreed
from tests.web.client import program, read, session
from tests.web.conftest import REWARD, copied
from tests.web.served import Served, served
from tests.web.test_api_reading import addresses
from tests.web.test_pages import paths
from web.api.routes import acts, reads

MATRIX = Path(__file__).with_name("matrix_gone.tsv")
LONG_AGO, LATELY = "2026-05-29", "2026-09-04"
GONE = {
    "G01": "departed days ago, with nothing open",
    "G02": "departed more than ninety days ago, from the other site",
    "G03": "erased",
    "D01": "director until days ago, who decided A04",
    "H02": "head of a department until he left days ago, with an appeal before him",
}
NOTHING: frozenset[str] = frozenset()


def office_later() -> list[dict[str, object]]:
    sites = {"G01": "jinse", "G02": "other", "G03": "jinse"}
    people = [register_employee(name, site=site, **{"from": "2026-01-05"}) for name, site in sites.items()]
    left = [("G01", LATELY), ("G02", LONG_AGO), ("G03", LATELY), ("H02", LATELY)]
    return [
        *people,
        *(record_departure(name, day) for name, day in left),
        erase_employee("G03", on="2026-09-05"),
        appoint("director", "D01", **{"from": "2020-04-01", "until": LATELY}),
    ]


@pytest.fixture(scope="module")
def later(office_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The office after they went; what they could ask with is kept from before."""
    folder = tmp_path_factory.mktemp("later")
    with served(copied(office_file, folder), folder) as console:
        console.console.ledger.record.apply(lines(office_later()))
        console.console.proposals.add("000000000001", REWARD, "H01", "")
        yield console


@pytest.mark.parametrize("viewer", GONE)
def test_each_page_and_address_answers_them_as_agreed(viewer: str, later: Served) -> None:
    browser, rows = later.signed_in(viewer), []
    for path in paths():
        asked = f"{path}?against=notice:N807" if path == "/appeals/new" else path
        answer = browser.open(asked)
        told = "signed out" if answer.path.startswith("/sign-in") and path != "/sign-in" else answer.status
        rows.append(f"{viewer}\t{asked}\t{told}")
    client = session(later, viewer)
    for route in reads():
        rows += [f"{viewer}\t/api/v1{path}\t{client.ask(path).status}" for path, _ in addresses(route)]

    assert_agreed(MATRIX, viewer, rows)
    assert not [row for row in rows if row.endswith("\t500")]


@pytest.mark.parametrize("viewer", ["G01", "G02", "G03", "H02"])
def test_the_tokens_of_whoever_has_left_are_over(viewer: str, later: Served) -> None:
    client = program(later, viewer)
    before = later.console.ledger.position()
    found = {client.ask(path).status for route in reads() for path, _ in addresses(route)[:1]}

    assert found <= {401, 429}  # and from one address not for ever
    assert client.send({"do": "remark_notice", "notice": "N807", "text": "x"}).status in (401, 429)
    assert later.console.ledger.position() == before


@pytest.mark.parametrize("viewer", ["G01", "H02"])
def test_whoever_has_left_keeps_their_own_record_and_no_directory(viewer: str, later: Served) -> None:
    client = session(later, viewer)
    assert [row["employee"] for row in read(client.ask("/sites/jinse/people"))] == [viewer]
    assert client.ask("/people/E06").status == 403
    assert client.ask(f"/people/{viewer}").status == 200


def test_whoever_once_decided_still_reads_what_they_decided_and_decides_nothing(later: Served) -> None:
    browser, client = later.signed_in("D01"), session(later, "D01")

    assert browser.open("/appeals/A04").status == 200
    assert browser.open("/appeals/A09").status in (403, 404)
    assert browser.open("/months/2026-09/close").status == 403
    assert read(client.ask("/proposals")) == []
    decide = {"do": "decide_appeal", "appeal": "A09", "outcome": "dismissed", "reasons": "x"}
    assert client.send(decide).status in (403, 409)


@pytest.mark.parametrize("viewer", ["D01", "M01", "F01"])
def test_a_token_that_is_for_nothing_reads_and_records_nothing(viewer: str, later: Served) -> None:
    client, before = program(later, viewer, NOTHING, NOTHING), later.console.ledger.position()
    for route in reads():
        for path, _ in addresses(route)[:1]:
            answer = client.ask(path)
            assert (answer.status, read(answer)["code"]) == (403, "scope_lacking"), path
    for number, each in enumerate(acts()):
        path = each.path.replace("{proposal}", "000000000001").replace("{", "").replace("}", "")
        body = None if each.method in ("GET", "DELETE") else b'{"do": "grant_reward", "seen": "x"}'
        answer = client.ask(path, body, each.method, Idempotency_Key=f"k{number}")
        assert answer.status in (403, 404), path
    assert client.send({"do": "remark_notice", "notice": "N807", "text": "x"}).status == 403
    assert later.console.ledger.position() == before
    assert later.console.proposals.named("000000000001") is not None


@pytest.mark.parametrize("viewer", ["D01", "M01"])
def test_a_token_reads_as_much_as_is_ticked_of_what_its_owner_may(viewer: str, later: Served) -> None:
    whole = program(later, viewer)
    for route in reads():
        path = addresses(route)[0][0]
        if route.media is None:
            ticked = program(later, viewer, frozenset({route.name}), NOTHING)
            assert ticked.ask(path).status == whole.ask(path).status, path
