"""How somebody stands to a record, as of today: offices, line, and their part in a notice or an appeal.

Rights are those of the head of the log, whatever past is shown. `Standing` reads nothing but a `DecisionContext`.
"""

from collections.abc import Collection, Mapping, Set
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from ledger.access.classes import Grant, InfoClass
from ledger.access.may import EVERYWHERE, RELATIONS, Relation, Relations, granted
from ledger.aggregates.authority import heads_department, offices_of, site_today, superiors
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee.objections import ObjectionState, verifier_on
from ledger.aggregates.employee.route import conflicts, reviewer_on
from ledger.aggregates.employee_state import AppealState, EmployeeState, NoticeState
from ledger.errors import Unknown
from ledger.terms import month_of


class Standing:
    """One person's rights today; `purpose` is what they say they need words for."""

    def __init__(self, person: str, context: DecisionContext, purpose: str | None = None) -> None:
        """Unknown `employee_unknown`, also where the person is erased."""
        self.person = person
        self.context = context
        self.purpose = purpose
        self.state = context.employee(person)
        if self.state.erased_on is not None:
            raise Unknown("employee_unknown", employee=person)
        self.site = site_today(context, self.state)
        self.today = context.today(self.site)
        self.is_employed = self.state.employed_on(self.today)
        self.grants: dict[tuple[str | None, ...], Grant] = {}
        """How much of things and months is theirs: as true as the rest, for as long as nothing is recorded."""
        self.due: dict[tuple[str, int, int, str | None, int], list[dict[str, Any]]] = {}
        """What waits and is theirs to see, as it was listed last, by site, position and quarter of an hour; as true."""
        self._offices = lru_cache(maxsize=None)(self._offices_at)
        self._about = lru_cache(maxsize=None)(self._to_owner)
        self.opens: dict[tuple[int, str, str], bool] = {}
        """Whether things, as of a position, are theirs to open; as true."""
        self._in_conflict: dict[tuple[str, str, str], Collection[str]] = {}
        self._reviewed: dict[tuple[str, str], bool] = {}

    # --- sites --------------------------------------------------------------------------------------

    def offices(self, site: str) -> Set[Relation]:
        """The offices that count for the person at a site today."""
        return self._offices(site)

    @cached_property
    def held(self) -> Mapping[str, frozenset[Relation]]:
        """The offices that the person holds today, by the site where they are held; nothing of sites without any."""
        if not self.is_employed:
            return {}
        found = {
            site: offices_of(self.context, self.person, site, self.today) for site in self.context.sites()
        }
        return {
            site: frozenset(office for office in RELATIONS if office in offices)
            for site, offices in found.items()
            if offices
        }

    @cached_property
    def all_offices(self) -> frozenset[Relation]:
        """The offices that the person holds today, at whichever site."""
        return frozenset(office for offices in self.held.values() for office in offices)

    def _offices_at(self, site: str) -> frozenset[Relation]:
        return self.held.get(site, frozenset()) | (self.all_offices & EVERYWHERE)

    def headed(self, site: str) -> set[str]:
        """The departments of a site of which the person is head today."""
        if "department_head" not in self._offices(site):
            return set()
        named = {
            each.department for each in self.context.site(site).appointments if each.employee == self.person
        }
        return {
            each
            for each in named
            if each is not None and heads_department(self.context, self.person, site, each, self.today)
        }

    def anywhere(self, info: InfoClass) -> Grant:
        """How much of a class the person sees of everybody at some site."""
        return max(self.at_site(site, info) for site in {self.site, *self.held})

    def first_site(self, needed: Set[str]) -> str:
        """The person's own site where it gives them one of some offices, or none is needed; else the first that does."""
        if not needed or self.offices(self.site) & needed:
            return self.site
        return next((site for site, held in sorted(self.held.items()) if held & needed), self.site)

    @cached_property
    def known_sites(self) -> Mapping[str, str]:
        """The sites that may be known, each with its name."""
        sites = self.context.sites()
        return {site: self.context.site(site).name for site in sites if self.knows_site(site)}

    def knows_site(self, site: str) -> bool:
        """Whether anything of a site is to be known to exist."""
        return site == self.site or bool(self._offices(site))

    def at_site(self, site: str, info: InfoClass) -> Grant:
        """How much of a class the person sees of everybody at a site."""
        return self._settled(granted(self._offices(site) - {"department_head"}, info))

    def sees_open_months(self, site: str) -> bool:
        """Whether all figures of a site are the person's to see, of open months too: finance explains closed ones."""
        offices = self._offices(site) - {"department_head", "finance"}
        return self._settled(granted(offices, "figures")) is Grant.WORDS

    def _settled(self, grant: Grant) -> Grant:
        """What a purpose makes of it: words where one is said, else the facts."""
        if grant is Grant.PURPOSE:
            return Grant.WORDS if self.purpose else Grant.FACTS
        return grant

    def lacks_purpose(self, relations: Relations, info: InfoClass) -> bool:
        """Whether saying a purpose would open words."""
        return granted(relations, info) is Grant.PURPOSE and not self.purpose

    # --- people -------------------------------------------------------------------------------------

    def knows(self, owner: EmployeeState) -> bool:
        """Whether somebody is of a site that is to be known, or ever was."""
        return any(map(self.knows_site, owner.all_sites))

    def to_person(self, owner: EmployeeState, month: str | None = None) -> Relations:
        """How the person stands to somebody at the site of a month, or at that of today.

        The department counts for itself, and is not among it.
        """
        site = site_today(self.context, owner) if month is None else owner.site_in(month)
        return set(self._about(owner.employee, site))

    def _to_owner(self, employee: str, site: str) -> frozenset[Relation]:
        if employee == self.person:
            own: Relations = {"self"}
            return frozenset(own | (self._offices(self.site) - {"department_head"}))
        if not self.is_employed:
            return frozenset()
        owner = self.context.employee(employee)
        found: Relations = set(self._offices(site)) - {"department_head"}
        if site == self.site:
            found.add("colleague")
        if self.person in superiors(self.context, owner, self.today):
            found.add("line")
        return frozenset(found)

    def to_department(self, owner: EmployeeState, month: str, department: str | None) -> Relations:
        """The same for what lies in a department, of which the person may be head today."""
        found = self.to_person(owner, month)
        if self.is_employed and heads_department(
            self.context, self.person, owner.site_in(month), department, self.today
        ):
            found.add("department_head")
        return found

    def to_month(self, owner: EmployeeState, month: str, department: str | None, day: date) -> Relations:
        """How the person stands to somebody's figures of a month, which lie in the department of its last day.

        Reviewers see the month in dispute; finance explains what was handed over, which is months that are closed.
        """
        found = self.to_department(
            owner, month, department or owner.departments.on(day) or owner.departments.last()
        )
        last = self.context.last_closed(owner.site_in(month))
        if last is None or month > last:
            found.discard("finance")
        if any(a.month == month and self.reviews(owner, a) for a in owner.appeals.values()):
            found.add("reviewer")
        if self.verifies_in(owner, month):
            found.add("reviewer")
        return found

    # --- things -------------------------------------------------------------------------------------

    def to_notice(self, owner: EmployeeState, notice: NoticeState) -> Relations:
        """How the person stands to a notice: of the department in which it occurred, as that day had it."""
        found = self.to_department(owner, notice.month, owner.departments.on(notice.occurred_on))
        if not self.is_employed:
            return found
        finding = notice.finding
        if self.person == notice.issued_by or (finding is not None and self.person == finding.by):
            found.add("issuer")
        if self._bears(owner, notice):
            found.add("bearer")
        appeals = owner.appeals_against("notice", "liability", target=notice.notice)
        if any(self.reviews(owner, appeal) for appeal in appeals):
            found.add("reviewer")
        return found

    def _bears(self, owner: EmployeeState, notice: NoticeState) -> bool:
        """Whether a share of a notice rests on the person; it is reckoned only where it might."""
        above = {change.value for change in owner.supervisors.changes}
        named = None if notice.finding is None else notice.finding.supervisor
        if notice.standing != "stands" or self.person not in {*above, named}:
            return False
        share = self.context.share(notice.notice)
        return share is not None and share.supervisor == self.person

    def to_sanction(self, owner: EmployeeState, sanction: Any) -> Relations:
        """How the person stands to a sanction."""
        found = self.to_person(owner, sanction.month)
        if self.is_employed and self.person == sanction.by:
            found.add("issuer")
        appeals = owner.appeals_against("sanction", target=sanction.sanction)
        if any(self.reviews(owner, appeal) for appeal in appeals):
            found.add("reviewer")
        return found

    def to_finding(self, owner: EmployeeState, finding: Any) -> Relations:
        """How the person stands to what a round found of somebody: as to its notice, issued by whoever found it."""
        found = self.to_department(
            owner, month_of(finding.occurred_on), owner.departments.on(finding.occurred_on)
        )
        if self.is_employed and self.person == finding.by:
            found.add("issuer")
        return found

    def to_appeal(self, owner: EmployeeState, appeal: AppealState) -> Relations:
        """How the person stands to an appeal. The appellant is a party, not in conflict."""
        found = self.to_person(owner, appeal.month)
        if self.person == appeal.appellant:
            return (found & {"self"}) | {"appellant"}
        if self.person in self.conflicted(owner, appeal):
            found.add("conflicted")
        elif self.reviews(owner, appeal):
            found.add("reviewer")
        return found

    def reviews(self, owner: EmployeeState, appeal: AppealState) -> bool:
        """Whether a case is the person's to decide today, or was decided by them."""
        key = (owner.employee, appeal.appeal)
        if key not in self._reviewed:
            self._reviewed[key] = self._reviews(owner, appeal)
        return self._reviewed[key]

    def _reviews(self, owner: EmployeeState, appeal: AppealState) -> bool:
        if not self.is_employed:
            return False
        decided = self.person in appeal.deciders or self.person == appeal.decided_by
        if not decided and (
            appeal.status != "pending"
            or reviewer_on(self.context, owner, appeal, self.context.today(owner.site_in(appeal.month)))[1]
            != self.person
        ):
            return False
        return self.person not in self.conflicted(owner, appeal)

    def conflicted(self, owner: EmployeeState, appeal: AppealState) -> set[str]:
        """Who is a party to a case, or is named in it, now or when it was filed."""
        key = (owner.employee, appeal.against, appeal.target)
        if key not in self._in_conflict:
            self._in_conflict[key] = conflicts(self.context, owner, appeal.against, appeal.target)
        now = self._in_conflict[key]
        return {owner.employee, appeal.appellant, appeal.respondent, *appeal.conflicted, *now}

    def verifies(self, owner: EmployeeState, objection: ObjectionState) -> bool:
        """Whether an objection is the person's to verify today, or was verified by them."""
        if not self.is_employed:
            return False
        if objection.status != "pending":
            return self.person == objection.decided_by
        day = self.context.today(owner.site_in(objection.month))
        return self.person in verifier_on(self.context, owner, objection, day)

    def verifies_in(self, owner: EmployeeState, month: str) -> bool:
        """The same of any objection to the sheet of a month."""
        objections = owner.things["objection"].values()
        return any(each.month == month and self.verifies(owner, each) for each in objections)

    def to_round(self, site: str, department: str | None, people: Collection[str | None]) -> Relations:
        """How the person stands to a round, an action or the like of a department; `people` are those who made or own it."""
        found: Relations = set(self.offices(site)) - {"department_head"}
        if not self.is_employed:
            return found
        if site == self.site:
            found.add("colleague")
        if department is not None and heads_department(
            self.context, self.person, site, department, self.today
        ):
            found.add("department_head")
        if self.person in people:
            found.add("issuer")
        return found

    # --- grants -------------------------------------------------------------------------------------

    def grant(self, relations: Relations, info: InfoClass) -> Grant:
        """How much of a class somebody sees who stands so, with the purpose that was said."""
        return self._settled(granted(relations, info))
