"""Offices: who may be appointed to what (domain §1)."""

from ledger.aggregates.authority import require_employed
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.commands import Appoint
from ledger.events import (
    OfficeAppointed,
    site_stream,
)


@decides(Appoint)
def appoint(command: Appoint, context: DecisionContext) -> list[Decision]:
    """Somebody holds an office from a day on; the days ahead may be planned."""
    context.site(command.site)
    require_employed(context, command.employee, command.effective_from)
    if command.by is not None:
        context.employee(command.by)
    event = OfficeAppointed(
        site=command.site,
        office=command.office,
        employee=command.employee,
        department=command.department,
        effective_from=command.effective_from,
        until=command.until,
        by=command.by,
    )
    return [Decision(site_stream(command.site), event)]
