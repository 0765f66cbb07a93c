"""Whatever is sent to a page is answered in words, never by a fault of ours; what is only asked for records nothing."""

import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from tests.support import office
from tests.support.office import lines
from tests.web.client import session
from tests.web.odd import ODD, Form, forms
from tests.web.served import PASSWORD, Answer, Browser, Served, hidden
from tests.web.test_pages import MATRIX, kept, paths
from web import pages
from web.routes import routes

SEED = 20260910
_ENDS_THE_SESSION = ("/sign-out", "/me/devices")
_MARKS = re.compile(r'name="(?:csrf|seen)" value="[^"]*"')


@pytest.fixture
def patient(site: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """A console that takes any number of forms a minute."""
    monkeypatch.setattr("web.app._POSTS_A_MINUTE", 10**6)
    return site


def openable() -> dict[str, list[str]]:
    """The addresses of pages with a form that is sent to them → who may open each, of those in the matrix."""
    sent = [re.sub(r"{\w+}", "[^/?]+", route.path) for route in routes() if "POST" in route.methods]
    takes = re.compile("|".join(sent))
    found: dict[str, list[str]] = {}
    for row in MATRIX.read_text("utf-8").splitlines():
        viewer, path, status = row.split("\t")
        if status == "200" and takes.fullmatch(path.partition("?")[0]):
            found.setdefault(path, []).append(viewer)
    return found


def queries() -> list[str]:
    """The names that any page is asked with."""
    sources = [
        *Path(str(pages.__file__)).parent.glob("*.py"),
        *Path(str(pages.__file__)).parents[1].glob("*.py"),
    ]
    return sorted(
        {name for file in sources for name in re.findall(r'\.query\("(\w+)"', file.read_text("utf-8"))}
    )


def assert_in_words(answer: Answer, sent: object) -> None:
    """That an answer is a page, a file or a refusal, and nothing of what was sent is taken for markup."""
    told = f"{answer.path}: {answer.status} for {sent!r:.2000}"
    assert answer.status < 500 or (answer.status == 503 and "Retry-After" in answer.headers), told
    assert "Traceback (most recent" not in answer.text, told
    assert "<script>alert(1)" not in answer.text, told
    assert not any("kaoji=x" in each for each in answer.headers.get_all("Set-Cookie") or ()), told


class _Hands:
    """The browsers of some people, each signed in again where a form ended the session."""

    def __init__(self, site: Served) -> None:
        self._site = site
        self._browsers: dict[str, Browser] = {}

    def of(self, person: str) -> Browser:
        if person not in self._browsers:
            self._browsers[person] = self._site.signed_in(person)
        return self._browsers[person]

    def gone(self, person: str) -> None:
        self._browsers.pop(person, None)


# --- what is asked --------------------------------------------------------------------------------------


def test_odd_parameters_are_answered_in_words_and_record_nothing(read: Served) -> None:
    random, hands, names = Random(SEED), _Hands(read), queries()
    before = kept(read)
    for path in random.sample(paths(), 150):
        person = random.choice(("E06", "H02", "O01", "D01", "F01", "C01"))
        asked = {name: random.choice(ODD) for name in random.sample(names, 2)}
        query = "&".join(f"{name}={quote(value[:1500], safe='')}" for name, value in asked.items())
        assert_in_words(hands.of(person).open(f"{path}?{query}"), (person, path, asked))
    assert kept(read) == before


# --- what is sent ---------------------------------------------------------------------------------------


def test_odd_values_in_every_form_are_answered_in_words(patient: Served) -> None:
    random, hands = Random(SEED), _Hands(patient)
    seen = set[str]()
    for path, viewers in openable().items():
        person = random.choice(viewers)
        page = hands.of(person).open(path)
        for form in forms(page.text) if page.status == 200 else ():
            seen.add(path)
            _send_on(hands.of(person), path, form, random)
        if page.path.startswith("/sign-in") or path in _ENDS_THE_SESSION:
            hands.gone(person)
    assert len(seen) > 100


def _send_on(browser: Browser, path: str, form: Form, random: Random) -> None:
    """Sends a form with odd values, and goes on from screen to screen as long as there are more."""
    for odd in (random.randint(1, 4), 0, 2):
        fields = form.filled(random, odd, PASSWORD)
        if form.files and random.random() < 0.5:
            answer = browser.post_parts(
                form.action or path, fields, form.files[0], random.choice(ODD), _content(random)
            )
        else:
            answer = browser.open(form.action or path, fields)
        assert_in_words(answer, fields)
        found = forms(answer.text)
        if not found:
            return
        form = random.choice(found)


def _content(random: Random) -> bytes:
    made: tuple[Callable[[], bytes], ...] = (
        lambda: b"",
        lambda: b"\x00" * 64,
        lambda: b"PK\x03\x04" + random.randbytes(200),
        lambda: random.randbytes(2000),
        lambda: "工號\t實扣金額\n=1+1\t9e9\n".encode(),
        lambda: b"\xff\xfe" + "工號,基數".encode("utf-16-le"),
        lambda: b'version = "x"\n[[clauses]]\ncode = 9\n',
        lambda: b'{"version": ' + b"[" * 3000,
    )
    return random.choice(made)()


def test_no_form_is_taken_without_its_mark_or_with_that_of_another_page(patient: Served) -> None:
    random, hands, before = Random(SEED), _Hands(patient), kept(patient)
    for path, viewers in openable().items():
        if path in ("/sign-in", "/enrol"):
            continue
        browser = hands.of(random.choice(viewers))
        marks = {
            each: forms(browser.open(each).text)[0].given["csrf"] for each in ("/checkpoint", "/me/export")
        }
        for form in forms(browser.open(path).text):
            fields = [(name, value) for name, value in form.filled(random, 1, PASSWORD) if name != "csrf"]
            other = marks["/me/export" if path == "/checkpoint" else "/checkpoint"]
            for mark in (None, random.choice(("", "a.b", "\x00")), other):
                sent = fields if mark is None else [*fields, ("csrf", mark)]
                assert browser.open(form.action or path, sent).status == 403, (path, mark)
    assert kept(patient) == before


# --- what lies elsewhere --------------------------------------------------------------------------------

ELSEWHERE = {
    "employee": ("TE001", "TE909"),
    "notice": ("TN001", "TN909"),
    "appeal": ("TA001", "TA909"),
    "action": ("TC001", "TC909"),
    "inspection": ("TI001", "TI909"),
}
"""Of each kind something that is at a site of others, and something that is nowhere."""
NAMED_BY = {
    **dict.fromkeys(
        ("employee", "author", "owner", "marker_1", "third", "supervisor", "with", "present"), "employee"
    ),
    **dict.fromkeys(("notice", "number", "notices"), "notice"),
    **dict.fromkeys(("follows", "inspection"), "inspection"),
}
"""The fields of forms that name something → its kind."""


@pytest.fixture
def neighbours(patient: Served) -> Served:
    """A console of a ledger that holds another office, of which nobody here may know."""
    there = {"issued_by": "TI01"}
    patient.console.ledger.record.apply(
        lines(
            [
                *office.office("third", prefix="T"),
                office.issue_notice("TN001", "TE001", **there),
                office.acknowledge_notice("TN001"),
                office.file_appeal("TA001", "TE001", {"notice": "TN001"}),
                office.open_action("TC001", site="third", owner="TE001", by="TQ01", department="front-desk"),
                office.record_inspection(
                    "TI001", {"FD-01": "ok"}, site="third", by="TI01", department="front-desk"
                ),
            ]
        )
    )
    return patient


def _differ(texts: tuple[Answer, Answer], ids: tuple[str, str]) -> str:
    """Where two answers say something else of two ids; nothing: they say the same."""
    told = [
        [f"{each.status}", *_MARKS.sub("", each.text).replace(name, "?").splitlines()]
        for each, name in zip(texts, ids, strict=True)
    ]
    return "\n".join(unified_diff(*told, n=0, lineterm=""))


def _asked_of(ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The addresses that name something of those kinds, and the kind of the first of it."""
    rest = {"month": "2026-07", "appraised": "2026-08", "sha256": "a1" * 32}
    for route in routes():
        parts = re.findall(r"{(\w+)}", route.path)
        if parts and set(parts) <= {*ids, *rest} and set(parts) & {*ids}:
            path = re.sub(r"{(\w+)}", lambda part: {**rest, **ids}[part[1]], route.path)
            kind = next(part for part in parts if part in ids)
            yield path, kind
            if route.twin:
                yield f"{path}.json", kind


def test_what_lies_at_a_site_of_others_is_told_no_more_of_than_what_is_nowhere(neighbours: Served) -> None:
    random, hands, before = Random(SEED), _Hands(neighbours), neighbours.console.ledger.position()
    pairs = zip(
        *(_asked_of({kind: ids[there] for kind, ids in ELSEWHERE.items()}) for there in (0, 1)), strict=True
    )
    found = [(one, other, kind) for (one, kind), (other, _) in pairs]
    assert len(found) >= 50
    for one, other, kind in found:
        person = random.choice(("E06", "I01", "H02", "Q01", "O01", "D01", "F01"))
        answers = hands.of(person).open(one), hands.of(person).open(other)
        assert not (differ := _differ(answers, ELSEWHERE[kind])), (person, one, differ)
    assert neighbours.console.ledger.position() == before


def test_a_form_tells_no_more_of_what_lies_at_a_site_of_others(neighbours: Served) -> None:
    random, hands, tried = Random(SEED), _Hands(neighbours), set[str]()
    for path, viewers in openable().items():
        known = [each for each in viewers if each not in ("C01", "AU1", "X01")]
        if not known or path in ("/sign-in", "/enrol", *_ENDS_THE_SESSION):
            continue
        browser = hands.of(random.choice(known))
        for form in forms(browser.open(path).text):
            for name in {*form.given, *form.choices} & {*NAMED_BY}:
                ids, sent = ELSEWHERE[NAMED_BY[name]], form.filled(Random(SEED), 0, PASSWORD)
                answers = tuple(
                    browser.open(form.action or path, [*((n, v) for n, v in sent if n != name), (name, each)])
                    for each in ids
                )
                tried.add(f"{path} {name}")
                assert not (differ := _differ((answers[0], answers[1]), ids)), (path, name, differ)
    assert len(tried) > 10


# --- what was found so ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "path"), [("Q01", "/inspections/new"), ("H04", "/sheets/days/2026-09-09/new")]
)
@pytest.mark.parametrize("step", ["back:99", "back:0", "0"])
def test_a_screen_that_is_not_there_is_the_nearest_one(
    step: str, person: str, path: str, read: Served
) -> None:
    browser = read.signed_in(person)
    shown = browser.open(path)
    assert browser.open(path, {**hidden(shown.text), "step": step}).status in (200, 422)


def test_a_sheet_that_was_changed_on_its_way_is_no_table(read: Served) -> None:
    path, browser = "/payroll/2026-07/return", read.signed_in("F01")
    assert browser.send(path, step="check", sheet="é").status == 422


@pytest.mark.parametrize("days", ["000001999", "000365" + "9" * 20, "000001" + "9" * 5000])
def test_a_token_lasts_no_longer_than_it_may_however_its_days_are_written(days: str, site: Served) -> None:
    asked = {"name": "payroll", "days": days, "reports": "*", "sites": "*"}
    assert site.signed_in("F01").send("/me/tokens", **asked).status == 422
    assert site.console.tokens.of("F01") == []


@pytest.mark.parametrize("limit", ["000001999", "000500" + "9" * 5000])
def test_a_page_of_the_interface_is_no_longer_than_it_may_be(limit: str, read: Served) -> None:
    assert session(read, "D01").ask(f"/sites/jinse/notices?limit={limit}").status == 422
