"""Sites: how one is opened (domain §1)."""

from datetime import date
from functools import cache
from importlib import resources

from ledger.aggregates.authority import site_today
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.recording_rights import require_may_found
from ledger.commands.sites import RegisterSite
from ledger.errors import InputError, Taken
from ledger.events.sites import SiteRegistered, site_stream

DEFAULT_TIMEZONE = "Asia/Shanghai"


@decides(RegisterSite)
def register_site(command: RegisterSite, context: DecisionContext) -> list[Decision]:
    """A site is opened; its time zone must be one of the closed list."""
    if context.is_taken("site", command.site):
        raise Taken("id_taken", kind="site", id=command.site)
    timezone = command.timezone or DEFAULT_TIMEZONE
    if timezone not in _timezones():
        raise InputError("timezone_unknown", timezone=timezone).at(field="timezone")
    if command.by is not None:
        require_may_found(context, command.by, _today_of(context, command.by))
    event = SiteRegistered(site=command.site, name=command.name, timezone=timezone, by=command.by)
    return [Decision(site_stream(command.site), event)]


def _today_of(context: DecisionContext, person: str) -> date:
    """The day of recording at the site of whoever records: the new site has no day yet."""
    return context.today(site_today(context, context.placed(person)))


@cache
def _timezones() -> frozenset[str]:
    """The names in `zone.tab` of the tzdata package, and UTC: what the machine at hand knows besides decides nothing."""
    lines = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines()
    return frozenset({"UTC", *(line.split("\t")[2] for line in lines if line and not line.startswith("#"))})
