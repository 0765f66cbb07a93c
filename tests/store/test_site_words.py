"""Words that belong to nobody: sealed under the site's key, there for good, and told where they name somebody."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from ledger.application.ledger import Ledger
from ledger.events import Event, Personal, Recorded
from ledger.proofs import event_key, site_key, unseal_text
from ledger.proofs.seal import PREFIX
from ledger.store.log import Log
from ledger.store.personal import owners_of, site_texts
from ledger.terms import ERASED, SEALED
from tests.support import office


class Noted(Event):
    """A note of a site, and words that are somebody's where it names somebody. In no registry: nothing records it."""

    kind: ClassVar[str] = "noted"
    site: str
    employee: str | None = None
    note: Annotated[str, Personal(site="site")]
    words: Annotated[str, Personal(of="employee", site="site")]


def noted(employee: str | None = None) -> Recorded:
    event = Noted(site=office.SITE, employee=employee, note="地面濕滑", words="未設標識")
    at = datetime(2026, 9, 1, tzinfo=UTC)
    return Recorded(90, "round/X1", 1, at, "test", "", "", 0, event)


def sealed(log: Log, recorded: Recorded) -> Recorded:
    log.people.load_keys(owners_of([recorded]))
    event = Noted.model_validate(log.sealing.sealed_fields(recorded))
    return Recorded(90, "round/X1", 1, recorded.recorded_at, "test", "", "", 0, event)


def test_words_of_nobody_are_sealed_under_the_sites_key(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(office.office()))
    log = ledger.log
    kept = sealed(log, noted())
    assert isinstance(kept.event, Noted)
    assert kept.event.note.startswith(PREFIX)
    secret = log.keyring.secret(log.identity())
    assert secret is not None
    key = event_key(site_key(secret, office.SITE), log.identity(), "round/X1", 1, "noted")
    assert unseal_text(key, kept.event.note, "/fact/note") == "地面濕滑"
    assert unseal_text(key, kept.event.words, "/fact/words") == "未設標識"
    assert log.people.event_keys(kept) == {f"site/{office.SITE}": key}
    assert log.people.opened(kept).event == noted().event


def test_the_key_of_another_site_is_another() -> None:
    assert site_key(bytes(32), "HQ") != site_key(bytes(32), "HQ2")


def test_an_erasure_destroys_the_persons_words_and_leaves_the_sites(ledger: Ledger) -> None:
    ledger.record.apply(
        office.lines(
            [
                *office.office(),
                office.register_employee("E009"),
                office.record_departure("E009", "2026-08-28"),
            ]
        )
    )
    kept = sealed(ledger.log, noted("E009"))
    assert ledger.log.people.opened(kept).event == noted("E009").event
    ledger.record.apply(office.lines([office.erase_employee("E009")]))
    event = ledger.log.people.opened(kept).event
    assert isinstance(event, Noted)
    assert (event.note, event.words) == ("地面濕滑", ERASED)


def test_what_is_opened_for_one_person_holds_the_sites_words_too(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(office.office()))
    kept = sealed(ledger.log, noted("E001"))
    event = ledger.log.people.opened(kept, whose="E002").event
    assert isinstance(event, Noted)
    assert (event.note, event.words) == ("地面濕滑", SEALED)


def test_the_texts_of_a_site_are_those_that_are_nobodys() -> None:
    assert site_texts(noted().event) == {office.SITE: ["地面濕滑", "未設標識"]}
    assert site_texts(noted("E001").event) == {office.SITE: ["地面濕滑"]}
