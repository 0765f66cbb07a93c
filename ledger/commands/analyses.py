"""Asking for analyses of causes 問題根源 (appraisal §9.2; 篇3 4.1.6, 4.2.5)."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.commands.base import Command
from ledger.terms import AnalysisId, CauseCode, Day, EmployeeId, Month, NoticeId, SiteId, Text


class AnalyseNotices(Command):
    """Why some notices of a month came about (篇3 4.1.6): one cause of the rules' list, and the root cause in words."""

    subject = "analysis:{analysis}"
    makes = "notices_analysed"
    holds_words_of = ()
    do: Literal["analyse_notices"]
    analysis: AnalysisId
    site: SiteId
    month: Month
    notices: Annotated[list[NoticeId], Field(min_length=1, max_length=200)]
    cause: CauseCode
    root_cause: Text
    by: EmployeeId
    on: Day
