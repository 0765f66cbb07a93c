"""What somebody who lost money reads: how it came to that, what can be done about it until when, and who decides."""

from tests.web.served import MEANWHILE, Served
from web.ask import Ask
from web.named import with_names


def test_a_month_begins_with_what_it_costs_and_adds_up_to_it(read: Served) -> None:
    text = read.signed_in("E06").open("/people/E06/months/2026-07?lang=en").text

    told = [
        text.index(part) for part in ("2026-07: RMB 50.50 taken.", ">50.00<", ">20.00<", "−4.50", "−15.00")
    ]
    assert told == sorted(told)
    assert "10 points this month" in text


def test_what_can_still_be_appealed_against_is_said_on_ones_own_page(site: Served) -> None:
    notice = _issued(site)
    own = site.signed_in("E10")
    assert "An appeal is possible until" not in own.open("/me?lang=en").text

    _acknowledges(site, notice)
    text = own.open("/me?lang=en").text
    assert "An appeal is possible until" in text
    assert f"/appeals/new?against=notice:{notice}" in text


def test_whoever_files_reads_who_decides_and_how_long_there_is(site: Served) -> None:
    notice = _issued(site)
    own = site.signed_in("E10")
    _acknowledges(site, notice)

    text = own.open(f"/appeals/new?against=notice:{notice}&lang=en").text
    assert "days left" in text
    assert "H01 許佩珊" in text
    assert "It happened, but the points are too many" in text


def test_what_each_outcome_costs_stands_where_it_is_chosen(read: Served) -> None:
    text = read.signed_in("H02").open("/appeals/A09/decision?lang=en").text

    assert "the month costs RMB 10.00" in text
    assert "reduced to 1: the month costs RMB 5.00" in text.replace("Reduced", "reduced")
    assert "the month costs RMB 0.00" in text


def test_what_waits_for_others_is_apart_from_what_is_mine_to_do(read: Served) -> None:
    text = read.signed_in("E06").open("/due?lang=en").text

    mine, _, others = text.partition("Waiting for others")
    assert "/actions/AC1" in mine
    assert "/objections/O1" in others


def test_a_name_stands_where_it_may_be_known_and_no_words_of_anybody_make_one() -> None:
    page = 'E01 <bdi data-who="E01"></bdi> E02 <bdi data-who="E02"></bdi> &lt;bdi data-who="E01"&gt;'
    asked: list[set[str]] = []

    def names(people: set[str]) -> dict[str, str]:
        asked.append(people)
        return {"E01": "A<B"}

    told = with_names(page, names)
    assert told == 'E01 <bdi>A&lt;B</bdi> E02 &lt;bdi data-who="E01"&gt;'
    assert asked == [{"E01", "E02"}]
    assert with_names("<p>", names) == "<p>"
    assert len(asked) == 1


def test_a_number_that_nobody_has_stands_alone(read: Served) -> None:
    class Asked(Ask):
        desk = read.console.ledger  # type: ignore[assignment]
        past = None

    asked = Asked.__new__(Asked)
    assert asked.named({"E06", "E99"}) == {"E06": "孫浩然"}
    assert asked.named({"E99"}) == {}


def test_an_appeals_route_names_each_level_with_whoever_holds_it(read: Served) -> None:
    text = read.signed_in("H02", "zh-Hant").open("/log/168").text
    assert "<dd>部門負責人 H02 <bdi>方國棟</bdi>、主任 D01 <bdi>何慧敏</bdi>、經理 M01" in text


def _issued(site: Served) -> str:
    made = site.console.ledger.record.typed(dict(MEANWHILE)).made()
    return str(made[0]["fields"]["notice"])


def _acknowledges(site: Served, notice: str) -> None:
    given = {"do": "acknowledge_notice", "notice": notice, "how": "signed", "on": "2026-09-09"}
    site.console.ledger.record.typed(given)
