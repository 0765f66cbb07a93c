"""The console under load: a page beside the bare call it shows, an old site beside a young one, a crowd at one process.

Pages are asked for in this process and measured by its processor's time; crowds ask a process of its own on loopback.
"""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import stamping, synthetic
from benchmarks.frame import Goal, Line, Stage, at_least, at_most, in_turns, milliseconds, say
from benchmarks.visitors import Server, Visitor, console_at, give_accounts, readers, serving, signing_in
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look

TITLE: Final = "The console under load"
YOUNG: Final = "001"
OLD: Final = "000"
MONTH: Final = synthetic.MONTHS[-1]
BEFORE: Final = synthetic.MONTHS[-2]
YEARS: Final = 190
"""Months after which a site has 35,000 events; a year of one is 2,200."""
SHORT: Final = 36
MANY: Final = 1_000_000

OF_A_CALL: Final = at_most(1.5, "ratio")
OF_A_YOUNG_SITE: Final = at_most(3.0, "ratio")
PAGE_KB: Final = at_most(12.0)
STYLE_KB: Final = at_most(4.0)
MEMORY_MB: Final = at_most(200.0)
PAGES_A_SECOND: Final = at_least(60.0)
SIGN_INS: Final = 200
SIGN_IN_SECONDS: Final = 120.0
MINUTE: Final = 60.0

REVIEWER: Final = "{}.reviewer"
"""Whoever the open appeal of a site waits for."""

Call = Callable[[], Any]


@dataclass(frozen=True)
class Page:
    """A page of a site, who asks for it, and the bare call that answers the same; `{}` is the site's label."""

    name: str
    person: str
    path: str
    call: Callable[[Ledger, str], Any]


PAGES: Final = (
    Page("summary of a month", "{}.D1", f"/months/{MONTH}", lambda ledger, label: _summary(ledger, label)),
    Page("own file", "{}.E1", "/me", lambda ledger, label: _own_file(ledger, label)),
    Page("my day", "{}.D1", "/due", lambda ledger, label: ledger.reports.due(synthetic.site_of(label))),
    Page(
        "explanation",
        "{}.E1",
        f"/people/{{}}.E1/months/{BEFORE}",
        lambda ledger, label: ledger.review.explain(f"{label}.E1", BEFORE),
    ),
    Page(
        "appeal desk",
        REVIEWER,
        f"/appeals/{{}}.A{synthetic.OPEN_APPEAL}",
        lambda ledger, label: ledger.review.case_file(f"{label}.A{synthetic.OPEN_APPEAL}"),
    ),
    Page(
        "notices of a month",
        "{}.D1",
        f"/notices?month={MONTH}",
        lambda ledger, label: _notices(ledger, label),
    ),
    Page(
        "a notice",
        "{}.D1",
        f"/notices/{{}}.N{MONTH}.0",
        lambda ledger, label: _notice(ledger, f"{label}.N{MONTH}.0"),
    ),
)


def measure(stage: Stage) -> Iterator[Line | str]:
    """Pages, sizes, and crowds; in full also at a million events."""
    folder = stage.new_folder()
    url = f"sqlite:///{folder / 'kaoji.db'}"
    with synthetic.open_ledger(url) as ledger:
        position = ledger.record.apply(()).position  # an empty file founds the ledger
        for label, months in ((OLD, SHORT if stage.small else YEARS), (YOUNG, len(synthetic.MONTHS))):
            before, commands = position, synthetic.lines(0, label, months=synthetic.months_before(months))
            position = ledger.record.apply(commands).position
            say(f"a site of {position - before:,} events")
        ledger.project()
        yield from _pages(stage, ledger, url, folder, OLD)
    yield from _crowds(stage, url, folder)
    if stage.full:
        yield from _among_many(stage)
    yield (
        "Sites of 100 people; pages and calls by the processor's time of this process, crowds on loopback beside "
        "whatever else the machine does. A site grows old without anything that is put right, so that everything waits."
    )


# --- pages ------------------------------------------------------------------------------------------


@contextmanager
def _visitor(url: str, folder: Path, labels: tuple[str, ...]) -> Iterator[Visitor]:
    console = console_at(url, folder)
    people = {
        page.person.format(label): _who(console.ledger, page, label) for page in PAGES for label in labels
    }
    sessions = give_accounts(console, sorted(set(people.values())))
    visitor = Visitor(console, {named: sessions[person] for named, person in people.items()})
    try:
        yield visitor
    finally:
        visitor.close()
        console.ledger.close()


def _who(ledger: Ledger, page: Page, label: str) -> str:
    """The staff number of whoever asks for a page of a site."""
    if page.person != REVIEWER:
        return page.person.format(label)
    waiting = ledger.reports.due(synthetic.site_of(label))
    return next(str(row["who"]) for row in waiting if row["what"] == "appeal")


def _pages(stage: Stage, ledger: Ledger, url: str, folder: Path, old: str) -> Iterator[Line]:
    """Each page beside its call, at an old site and at a young one; as of then; unchanged; and how large they are."""
    with _visitor(url, folder, (old, YOUNG)) as visitor:
        for page in PAGES:
            taken = _taken(stage, visitor, ledger, page, old)
            for label, age in ((YOUNG, "young"), (old, "old")):
                line = Line(
                    f"page: {page.name}, {age} site",
                    "ms",
                    milliseconds(taken[f"page {label}"]),
                    "the bare call",
                    milliseconds(taken[f"call {label}"]),
                    [OF_A_CALL],
                )
                yield line
            yield _beside(page.name, taken[f"page {old}"], "a young site's", taken[f"page {YOUNG}"])
        yield from _past_and_unchanged(stage, visitor, ledger.position() - 5)
        yield from _sizes(visitor)


def _taken(stage: Stage, visitor: Visitor, ledger: Ledger, page: Page, old: str) -> dict[str, list[float]]:
    """Processor's seconds of a page and of its call at both sites, all taking turns."""
    works: dict[str, Callable[[], float]] = {}
    for label in (YOUNG, old):
        works[f"page {label}"] = _by_processor(_shown(visitor, page, label))
        works[f"call {label}"] = _by_processor(lambda label=label: page.call(ledger, label))  # type: ignore[misc]
    return in_turns(works, stage.runs, warm_up=2)


def _shown(visitor: Visitor, page: Page, label: str, more: str = "") -> Call:
    """A page asked for by whoever it is for; it has to be answered."""
    person, path = page.person.format(label), page.path.format(label) + more

    def work() -> None:
        answer = visitor.get(person, path)
        assert answer.status == 200, f"{path}: {answer.status}"

    return work


def _by_processor(work: Call) -> Callable[[], float]:
    def taken() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return taken


def _beside(
    name: str, taken: list[float], baseline: str, beside: list[float], goal: Goal = OF_A_YOUNG_SITE
) -> Line:
    return Line(f"page: {name}", "ms", milliseconds(taken), baseline, milliseconds(beside), [goal])


def _past_and_unchanged(stage: Stage, visitor: Visitor, then: int) -> Iterator[Line]:
    """A page of the past beside the same page now, and an answer that says nothing has changed."""
    page = PAGES[0]
    works = {
        "then": _by_processor(_shown(visitor, page, YOUNG, f"?as_of={then}")),
        "now": _by_processor(_shown(visitor, page, YOUNG)),
    }
    taken = in_turns(works, stage.runs, warm_up=1)
    yield _beside(f"{page.name} as of then", taken["then"], "the same now", taken["now"])
    path = f"/api/v1/sites/{synthetic.site_of(YOUNG)}/months/{MONTH}/summary"
    tag = visitor.get(f"{YOUNG}.D1", path).headers["etag"]

    def unchanged() -> None:
        answer = visitor.get(f"{YOUNG}.D1", path, if_none_match=tag)
        assert answer.status == 304, answer.status

    seconds = in_turns({"unchanged": _by_processor(unchanged)}, max(stage.runs, 100), warm_up=1)["unchanged"]
    yield Line("answer: unchanged", "ms", milliseconds(seconds), goals=[at_most(5.0, "p99")])


def _sizes(visitor: Visitor) -> Iterator[Line]:
    """What a phone has to load, compressed as a proxy does it."""
    from web.assets import FOLDER

    for page in PAGES:
        body = visitor.get(page.person.format(YOUNG), page.path.format(YOUNG)).body
        yield Line(f"size: {page.name}", "KB", [_compressed(body)], goals=[PAGE_KB])
    for name in ("console.css", "console.js"):
        yield Line(f"size: {name}", "KB", [_compressed((FOLDER / name).read_bytes())], goals=[STYLE_KB])


def _compressed(content: bytes) -> float:
    return len(gzip.compress(content, 6)) / 1024


# --- crowds -----------------------------------------------------------------------------------------


def _crowds(stage: Stage, url: str, folder: Path) -> Iterator[Line | str]:
    """A crowd that reads while nothing is recorded, and one that signs in, at one process."""
    people = [f"{label}.{name}" for label in (OLD, YOUNG) for name in _everybody()]
    count = 20 if stage.small else SIGN_INS
    with synthetic.open_ledger(url) as ledger:
        asked = [
            (_who(ledger, page, label), page.path.format(label)) for label in (OLD, YOUNG) for page in PAGES
        ]
    with serving(url, folder, people) as server:
        yield from _reading(stage, server, asked)
        crowd = signing_in(server, people[:count], SIGN_IN_SECONDS * count / SIGN_INS)
        yield Line(
            "signing in from one address",
            "/s",
            [count / crowd.seconds],
            goals=[at_least(SIGN_INS / SIGN_IN_SECONDS * 0.95)],
        )
        yield Line("errors of those who signed in", "of them", [crowd.errors], goals=[at_most(0.0)])
        yield Line("memory of the process", "MB", [server.memory()], goals=[MEMORY_MB])
    yield f"{count} people signed in within {crowd.seconds:.0f} seconds."


def _everybody() -> list[str]:
    """Who is of a site, but for its label."""
    office = synthetic._Office(YOUNG)
    return ["C1", "M1", "D1", "I1", "I2", "Q1", "O1", "H0", "H1", "H2", "H3", *office.lines, *office.staff]


def _reading(stage: Stage, server: Server, asked: list[tuple[str, str]]) -> Iterator[Line]:
    readers(server, asked, 5.0)  # each has been asked for once
    begun = server.processor_time()
    crowd = readers(server, asked, 10.0 if stage.small else MINUTE)
    worked = server.processor_time() - begun
    yield Line("unmoved pages, one process", "/s", [crowd.answers / crowd.seconds], goals=[PAGES_A_SECOND])
    yield Line(
        "unmoved pages, of its processor's time", "/s", [crowd.answers / worked], goals=[PAGES_A_SECOND]
    )
    yield Line("errors of those who read", "of them", [crowd.errors], goals=[at_most(0.0)])


# --- among many -------------------------------------------------------------------------------------


def _among_many(stage: Stage) -> Iterator[Line | str]:
    """The same pages of a young site among a million events."""
    folder = stage.new_folder()
    url = f"sqlite:///{folder / 'kaoji.db'}"
    with synthetic.open_ledger(url) as ledger:
        position = stamping.fill(ledger, MANY)
        ledger.project()
        label = synthetic.label_of(2)
        with _visitor(url, folder, (label, YOUNG)) as visitor:
            for page in PAGES:
                taken = _taken(stage, visitor, ledger, page, label)
                yield Line(
                    f"page: {page.name}, among {position:,} events",
                    "ms",
                    milliseconds(taken[f"page {label}"]),
                    "the bare call",
                    milliseconds(taken[f"call {label}"]),
                    [OF_A_CALL],
                )


# --- bare calls -------------------------------------------------------------------------------------


def _summary(ledger: Ledger, label: str) -> None:
    site = synthetic.site_of(label)
    with ledger.look() as look:
        look.month_card(MONTH, site)
        look.monthly(MONTH, site)
        look.joint_liability(MONTH, site)
        look.rewards(MONTH, site)


def _own_file(ledger: Ledger, label: str) -> None:
    site = synthetic.site_of(label)
    with ledger.look() as look:
        card = look.card("employee", f"{label}.E1")
        own = Look(look.rows.of_person(f"{label}.E1"), look.state, look.now)
        own.notices(None, site)
        own.appeals(site)
        for month in sorted({*card["months"], MONTH})[-13:]:
            own.monthly(month, site)


def _notice(ledger: Ledger, notice: str) -> None:
    with ledger.look_at_log() as look:
        look.card("notice", notice)
        look.history(f"notice:{notice}")


def _notices(ledger: Ledger, label: str) -> None:
    with ledger.look() as look:
        look.notices(MONTH, synthetic.site_of(label))
