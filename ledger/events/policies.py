"""What happens to the policy book. Stream `policy-book`."""

from typing import Any, ClassVar, Final

from ledger.events.base import Event, registered
from ledger.terms import Day, EmployeeId, PolicyVersion, SiteId

POLICY_STREAM: Final = "policy-book"


@registered
class PolicyAdopted(Event):
    """A policy version is adopted, with its whole content and the digest of it; `site` None: all sites."""

    kind: ClassVar[str] = "policy_adopted"
    version: PolicyVersion
    site: SiteId | None = None
    effective_from: Day | None = None
    document: dict[str, Any]
    digest: str
    by: EmployeeId | None = None
    on: Day
