"""What was posted of a month's public list 公布張貼 (domain §7; finance §14; 篇3 4.2.5). Stream `month/<site>/<month>`.

What was posted is a published figure, and so a fact itself (law 1). No names stand in it: only staff numbers.
"""

from typing import Annotated, ClassVar

from ledger.events.base import Event, Part, Personal, registered
from ledger.terms import ClauseCode, Day, DepartmentId, EmployeeId, ListMode, Month, PolicyVersion, SiteId


class ListedRow(Part):
    """One person on a posted list: the points of the month and the clauses repeated in it."""

    employee: EmployeeId
    points: int
    repeats: tuple[ClauseCode, ...] = ()


class ListedCount(Part):
    """How many people of a department were listed with notices on a clause; None: too few to be counted out."""

    department: DepartmentId | None = None
    clause: ClauseCode
    people: int | None = None


@registered
class PublicListPosted(Event):
    """A closed month's list was posted, with what stood on it.

    `unnamed` are those who stand on it as a mere count, without consent; `counts` what stands on a list that counts only.
    `appealable_until` is the last day to appeal against any notice behind it, None while one of them is not served.
    """

    kind: ClassVar[str] = "public_list_posted"
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
    policy: PolicyVersion
    mode: ListMode
    rows: tuple[ListedRow, ...] = ()
    unnamed: tuple[EmployeeId, ...] = ()
    counts: tuple[ListedCount, ...] = ()
    days: int | None = None
    until: Day
    places: Annotated[tuple[str, ...], Personal(site="site")] = ()
    late: bool = False
    appealable_until: Day | None = None
    digest: str


@registered
class PublicListCorrected(Event):
    """Who left a posted list or stands on it with less; `added` only where the policy lets a supplement be posted.

    `unnamed` and `counts` are the whole of them as they stand from then on, `digest` that of the rows then.
    """

    kind: ClassVar[str] = "public_list_corrected"
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
    removed: tuple[EmployeeId, ...] = ()
    lowered: tuple[ListedRow, ...] = ()
    added: tuple[ListedRow, ...] = ()
    unnamed: tuple[EmployeeId, ...] = ()
    counts: tuple[ListedCount, ...] = ()
    digest: str


@registered
class PublicListTakenDown(Event):
    """A posted list hangs no longer."""

    kind: ClassVar[str] = "public_list_taken_down"
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
    reason: Annotated[str | None, Personal(site="site")] = None


ListEvent = PublicListPosted | PublicListCorrected | PublicListTakenDown
