"""Why a line stands in a hand-off: each kind of event has its sentence, made of codes and of nobody's words."""

from string import Formatter

import pytest

from ledger.application.ledger import Ledger
from ledger.events import kinds
from ledger.events.notices import NoticeIssued
from ledger.exports import because
from ledger.formats import LANGUAGES
from ledger.labels.messages import load
from ledger.labels.tables import table
from tests.exports.test_handoff import ledger  # noqa: F401

SECRET = "祕密的話"
KEYS = [
    key
    for kind in kinds()
    for key in (f"because_{kind}", f"because_{kind}_points", f"because_{kind}_in_time")
    if key in table("en", "say")
]


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_kind_has_its_sentence(kind: str) -> None:
    for language in LANGUAGES:
        assert f"because_{kind}" in table(language, "say"), f"[say] because_{kind}: {language}.toml"


@pytest.mark.parametrize("key", KEYS)
def test_a_sentence_asks_for_nobodys_words(key: str) -> None:
    kind = key.removeprefix("because_").removesuffix("_points").removesuffix("_in_time")
    event = kinds()[kind]
    blanks = {name for _, name, _, _ in Formatter().parse(table("en", "say")[key]) if name}
    assert blanks <= set(event.model_fields) - set(event.personal_fields()) - {
        "place",
        "post",
        "name",
        "department",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_is_told_whole_and_without_words(language: str) -> None:
    for kind, cls in kinds().items():
        for points in (3, None):
            personal = cls.personal_fields()
            values = {name: SECRET if name in personal else "X1" for name in cls.model_fields} | {
                "points": points
            }
            event = cls.model_construct()
            event.__dict__.update(values)
            said = because.told_of(event, 7, load(language))
            assert said.endswith("[#7]") and "{" not in said and f"because_{kind}" not in said
            assert SECRET not in said


def test_an_adjustment_says_what_caused_it(ledger: Ledger) -> None:  # noqa: F811
    sheets = ledger.exports.handoff("2026-09", None, "none", load("zh-Hant"))
    (told,) = {row[8] for row in sheets.lines.rows if row[0] == "E002"}
    assert isinstance(told, str) and told.startswith("通知單 N2 於 2026-09-02 撤回 [#")
    remarks = {row[0]: row[12] for row in sheets.pay.rows}
    assert remarks["E001"] == "2026-08 少扣 5.00，現補扣"


def test_a_line_of_pay_says_what_it_rests_on(ledger: Ledger) -> None:  # noqa: F811
    with ledger.look_at_log() as look:
        months = [look.pay("E002", month, "zh-Hant")["entries"] for month in ("2026-08", "2026-09")]
    ((line,), later) = [[each for each in entries if each["what"] == "line"] for entries in months]
    issued, *_ = ledger.log.at(line["rests_on"])
    event = issued.event
    assert isinstance(event, NoticeIssued)
    told = f"通知單 N2 於 {event.issued_on} 開具（{event.clause}，{event.points} 分） [#{issued.position}]"
    assert line["words"].startswith(told)
    assert [each["words"].partition(" [#")[0] for each in later] == ["通知單 N2 於 2026-09-02 撤回"]
