"""The pages of the console that are measured, who asks for each, and the bare call that answers the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from benchmarks import synthetic
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look

MONTH: Final = synthetic.MONTHS[-1]
_BEFORE: Final = synthetic.MONTHS[-2]
_REVIEWER: Final = "{}.reviewer"
"""Whoever the open appeal of a site waits for."""


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
        f"/people/{{}}.E1/months/{_BEFORE}",
        lambda ledger, label: ledger.review.explain(f"{label}.E1", _BEFORE),
    ),
    Page(
        "appeal desk",
        _REVIEWER,
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


def asker(ledger: Ledger, page: Page, label: str) -> str:
    """The staff number of whoever asks for a page of a site."""
    if page.person != _REVIEWER:
        return page.person.format(label)
    waiting = ledger.reports.due(synthetic.site_of(label))
    return next(str(row["who"]) for row in waiting if row["what"] == "appeal")


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
