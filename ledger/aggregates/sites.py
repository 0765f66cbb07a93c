"""Sites: how one is opened (domain §1)."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.commands import RegisterSite
from ledger.errors import InputError, Taken
from ledger.events import (
    SiteRegistered,
    site_stream,
)

DEFAULT_TIMEZONE = "Asia/Shanghai"


@decides(RegisterSite)
def register_site(command: RegisterSite, context: DecisionContext) -> list[Decision]:
    """A site is opened; its time zone must be one of the IANA database."""
    if context.is_taken("site", command.site):
        raise Taken("id_taken", kind="site", id=command.site)
    timezone = command.timezone or DEFAULT_TIMEZONE
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("timezone_unknown", timezone=timezone).at(field="timezone") from None
    if command.by is not None:
        context.employee(command.by)
    event = SiteRegistered(site=command.site, name=command.name, timezone=timezone, by=command.by)
    return [Decision(site_stream(command.site), event)]
