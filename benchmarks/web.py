"""The console under load: a page beside the bare call it shows, an old site beside a young one, a crowd at one process.

Pages are asked for in this process and measured by its processor's time; crowds ask a process of its own on loopback.
"""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks import synthetic
from benchmarks.consoles import Server, console_at, give_accounts, program, searching_rarely, serving
from benchmarks.frame import Goal, Line, Stage, at_least, at_most, in_turns, milliseconds, say
from benchmarks.pages import MONTH, PAGES, Page, asker
from benchmarks.places import kept_ledger
from benchmarks.visitors import Visitor, readers, signing_in
from cli.__main__ import OBJECTS_BETWEEN_SEARCHES
from ledger.application.ledger import Ledger

TITLE: Final = "The console under load"
YOUNG: Final = "001"
OLD: Final = "000"
YEARS: Final = 190
"""Months after which a site has 35,000 events; a year of one is 2,200."""
SHORT: Final = 36
MANY: Final = 1_000_000
FEW: Final = 30_000
"""The same, tried."""
AMONG: Final = tuple(map(synthetic.label_of, range(2, 12)))
"""Sites among many whose pages are asked for."""

OF_A_CALL: Final = at_most(1.5, "ratio")
OF_A_YOUNG_SITE: Final = at_most(3.0, "ratio")
PAGE_KB: Final = at_most(12.0)
STYLE_KB: Final = at_most(4.0)
MEMORY_MB: Final = at_most(200.0)
ANSWERS: Final = 1_000
"""So many answers that nothing has changed: of a hundred the slowest hundredth would be one."""
PAGES_A_SECOND: Final = at_least(60.0)
SIGN_INS: Final = 200
SIGN_IN_SECONDS: Final = 120.0
MINUTE: Final = 60.0

Call = Callable[[], Any]


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
        "`--workers 2` is `kaoji serve` itself, two processes beside one, by the clock, each page on a connection of "
        "its own, which is one process's: the crowd asks from another process, and has a part of two cores as well."
    )
    yield (
        "Sites of 100 people; pages and calls by the processor's time of this process, crowds on loopback beside "
        "whatever else the machine does. A site grows old without anything that is put right, so that everything waits. "
        f"Both search for garbage as rarely as `kaoji serve` does, once {OBJECTS_BETWEEN_SEARCHES:,} objects are new; of "
        f"{ANSWERS:,} unchanged answers each follows a page of somebody else's, and nothing is cleared away between them."
    )


# --- pages ------------------------------------------------------------------------------------------


@contextmanager
def _visitor(url: str, folder: Path, labels: tuple[str, ...]) -> Iterator[Visitor]:
    console = console_at(url, folder)
    people = {
        page.person.format(label): asker(console.ledger, page, label) for page in PAGES for label in labels
    }
    sessions = give_accounts(console, sorted(set(people.values())))
    visitor = Visitor(console, {named: sessions[person] for named, person in people.items()})
    try:
        with searching_rarely():
            yield visitor
    finally:
        visitor.close()
        console.ledger.close()


def _pages(stage: Stage, ledger: Ledger, url: str, folder: Path, old: str) -> Iterator[Line]:
    """Each page beside its call, at an old site and at a young one; as of then; unchanged; and how large they are."""
    with _visitor(url, folder, (old, YOUNG)) as visitor:
        for page in PAGES:
            taken = _taken(stage, visitor, ledger, page, (YOUNG, old))
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
        yield _past(stage, visitor, ledger.position() - 5)
        yield _unchanged(visitor)
        yield from _sizes(visitor)


def _taken(
    stage: Stage, visitor: Visitor, ledger: Ledger, page: Page, labels: tuple[str, ...]
) -> dict[str, list[float]]:
    """Processor's seconds of a page and of its call at some sites, all taking turns."""
    works: dict[str, Callable[[], float]] = {}
    for label in labels:
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


def _past(stage: Stage, visitor: Visitor, then: int) -> Line:
    """A page of the past beside the same page now."""
    page = PAGES[0]
    works = {
        "then": _by_processor(_shown(visitor, page, YOUNG, f"?as_of={then}")),
        "now": _by_processor(_shown(visitor, page, YOUNG)),
    }
    taken = in_turns(works, stage.runs, warm_up=1)
    return _beside(f"{page.name} as of then", taken["then"], "the same now", taken["now"])


def _unchanged(visitor: Visitor) -> Line:
    """An answer that says nothing has changed, each behind a page of somebody else's."""
    path = f"/api/v1/sites/{synthetic.site_of(YOUNG)}/months/{MONTH}/summary"
    tag = visitor.get(f"{YOUNG}.D1", path).headers["etag"]

    def unchanged() -> None:
        answer = visitor.get(f"{YOUNG}.D1", path, if_none_match=tag)
        assert answer.status == 304, answer.status

    works = {"page": _shown(visitor, PAGES[1], YOUNG), "unchanged": _by_processor(unchanged)}
    seconds = in_turns(works, ANSWERS, warm_up=1, collect=False)["unchanged"]
    return Line("answer: unchanged", "ms", milliseconds(seconds), goals=[at_most(5.0, "p99")])


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
    people = _people(OLD, YOUNG)
    count = 20 if stage.small else SIGN_INS
    with synthetic.open_ledger(url) as ledger:
        asked = _asked(ledger, (OLD, YOUNG))
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
        yield _memory(server)
    yield _two_processes(stage, url, folder, asked)
    yield f"{count} people signed in within {crowd.seconds:.0f} seconds."


def _people(*labels: str) -> list[str]:
    """Everybody of some sites."""
    return [f"{label}.{name}" for label in labels for name in _everybody()]


def _asked(ledger: Ledger, labels: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every page of some sites, each with whoever asks for it."""
    return [(asker(ledger, page, label), page.path.format(label)) for label in labels for page in PAGES]


def _memory(server: Server, among: str = "") -> Line:
    return Line(f"memory of the process{among}", "MB", [server.memory()], goals=[MEMORY_MB])


def _everybody() -> list[str]:
    """Who is of a site, but for its label."""
    office = synthetic._Office(YOUNG)
    return ["C1", "M1", "D1", "I1", "I2", "Q1", "O1", "H0", "H1", "H2", "H3", *office.lines, *office.staff]


def _reading(stage: Stage, server: Server, asked: list[tuple[str, str]], among: str = "") -> Iterator[Line]:
    readers(server, asked, 5.0)  # each has been asked for once
    begun = server.processor_time()
    crowd = readers(server, asked, 10.0 if stage.small else MINUTE)
    worked = server.processor_time() - begun
    yield Line(
        f"unmoved pages, one process{among}", "/s", [crowd.answers / crowd.seconds], goals=[PAGES_A_SECOND]
    )
    yield Line(
        f"unmoved pages, of its processor's time{among}",
        "/s",
        [crowd.answers / worked],
        goals=[PAGES_A_SECOND],
    )
    yield Line(f"errors of those who read{among}", "of them", [crowd.errors], goals=[at_most(0.0)])


def _two_processes(stage: Stage, url: str, folder: Path, asked: list[tuple[str, str]]) -> Line:
    """What a second process is worth: the program itself with two of them, and with one."""
    people, found = sorted({person for person, _ in asked}), dict[int, float]()
    for count in (2, 1):
        with program(url, folder, people, count) as server:
            readers(server, asked, 10.0, anew=True)  # each process has been asked for each page
            crowd = readers(server, asked, 10.0 if stage.small else MINUTE, anew=True)
        assert not crowd.errors, f"{crowd.errors} of {crowd.answers} were no answers"
        found[count] = crowd.answers / crowd.seconds
    return Line("unmoved pages, --workers 2", "/s", [found[2]], "the same with one process", [found[1]])


# --- among many -------------------------------------------------------------------------------------


def _among_many(stage: Stage) -> Iterator[Line | str]:
    """The same pages of young sites among a million events, and the process that shows them to a crowd."""
    with kept_ledger(stage, FEW if stage.small else MANY) as ledger:
        url, folder = ledger.log.url.render_as_string(hide_password=False), stage.new_folder()
        ledger.project()
        among = f", among {ledger.position():,} events"
        say(among[2:])
        label = AMONG[0]
        with _visitor(url, folder, (label,)) as visitor:
            for page in PAGES:
                taken = _taken(stage, visitor, ledger, page, (label,))
                yield Line(
                    f"page: {page.name}{among}",
                    "ms",
                    milliseconds(taken[f"page {label}"]),
                    "the bare call",
                    milliseconds(taken[f"call {label}"]),
                    [OF_A_CALL],
                )
        asked = _asked(ledger, AMONG)
    with serving(url, folder, sorted({person for person, _ in asked})) as server:
        yield from _reading(stage, server, asked, among)
        yield _memory(server, among)
