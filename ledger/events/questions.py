"""What happens to the question banks. Stream `question-book`."""

from typing import Any, ClassVar, Final

from ledger.events.base import Event, registered
from ledger.terms import BankVersion, Day, EmployeeId, SiteId

QUESTION_STREAM: Final = "question-book"


@registered
class QuestionsAdopted(Event):
    """A question bank is adopted, with its whole content and the digest of it; `site` None: all sites."""

    kind: ClassVar[str] = "questions_adopted"
    version: BankVersion
    site: SiteId | None = None
    document: dict[str, Any]
    digest: str
    by: EmployeeId | None = None
    on: Day
