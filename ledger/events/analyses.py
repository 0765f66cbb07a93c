"""Analyses of what notices came about by (appraisal §9.2; 篇3 4.1.6). Stream `analysis/<analysis>`."""

from typing import Annotated, ClassVar

from ledger.events.base import Event, Personal, registered
from ledger.terms import AnalysisId, CauseCode, Day, EmployeeId, Month, NoticeId, SiteId


@registered
class NoticesAnalysed(Event):
    """Notices of a month have one cause; the latest analysis that names a notice counts."""

    kind: ClassVar[str] = "notices_analysed"
    analysis: AnalysisId
    site: SiteId
    month: Month
    notices: tuple[NoticeId, ...]
    cause: CauseCode
    root_cause: Annotated[str, Personal(site="site")]
    by: EmployeeId
    on: Day


def analysis_stream(analysis: str) -> str:
    """The stream of an analysis."""
    return f"analysis/{analysis}"
