"""Sites, offices and the policy book: who may be appointed to what, which version may be adopted (domain §§1, 8)."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.aggregates.authority import is_closed, require_employed, require_not_future
from ledger.aggregates.counter import decides
from ledger.aggregates.register import Decision, Register
from ledger.commands import AdoptPolicy, Appoint, RegisterSite, RotateKey
from ledger.errors import InputError, Taken, WrongState, WrongTime
from ledger.events import (
    NOTARY_STREAM,
    POLICY_STREAM,
    OfficeAppointed,
    PolicyAdopted,
    SigningKeyRotated,
    SiteRegistered,
    site_stream,
)
from ledger.policy import loading
from ledger.policy.finding import require_no_error
from ledger.policy.lint import lint
from ledger.terms import EARLIEST_YEAR, month_of

DEFAULT_TIMEZONE = "Asia/Shanghai"


@decides(RegisterSite)
def register_site(command: RegisterSite, register: Register) -> list[Decision]:
    """A site is opened; its time zone must be one of the IANA database."""
    if register.is_taken("site", command.site):
        raise Taken("id_taken", kind="site", id=command.site)
    timezone = command.timezone or DEFAULT_TIMEZONE
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("timezone_unknown", timezone=timezone).at(field="timezone") from None
    if command.by is not None:
        register.employee(command.by)
    event = SiteRegistered(site=command.site, name=command.name, timezone=timezone, by=command.by)
    return [Decision(site_stream(command.site), event)]


@decides(Appoint)
def appoint(command: Appoint, register: Register) -> list[Decision]:
    """Somebody holds an office from a day on; the days ahead may be planned."""
    register.site(command.site)
    require_employed(register, command.employee, command.effective_from)
    if command.by is not None:
        register.employee(command.by)
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


@decides(AdoptPolicy)
def adopt_policy(command: AdoptPolicy, register: Register) -> list[Decision]:
    """A version comes into force on the first day of a month that no site it applies to has closed."""
    document = loading.plain(command.policy)
    try:
        policy = loading.parse(document)
    except InputError as error:
        raise error.at(field="policy") from None
    require_no_error(lint(document))
    if register.policy_book().has(policy.version):
        raise Taken("policy_taken", version=policy.version)
    sites = register.sites()
    if command.site is not None:
        sites = [register.site(command.site).site]
    for site in sites:
        start = policy.effective_from
        month = month_of(start) if start is not None else f"{EARLIEST_YEAR}-01"
        if is_closed(register, site, month):
            raise WrongTime("month_closed", month=month, site=site, last=register.last_closed(site))
        require_not_future(register, site, command.on)
    if command.by is not None:
        require_employed(register, command.by, command.on)
    event = PolicyAdopted(
        version=policy.version,
        site=command.site,
        effective_from=policy.effective_from,
        document=document,
        digest=loading.digest(document),
        by=command.by,
        on=command.on,
    )
    return [Decision(POLICY_STREAM, event)]


@decides(RotateKey)
def rotate_key(command: RotateKey, register: Register) -> list[Decision]:
    """Another key than before, said by somebody who is employed where anybody is named."""
    if command.replaced == command.new_key:
        raise Taken("key_the_same")
    current = register.signing_key()
    if current is not None and command.replaced != current:
        raise WrongState("key_not_current", current=current)
    if command.replaced.partition("+")[0] != command.new_key.partition("+")[0]:
        raise WrongState("key_of_another", key=command.new_key)
    if command.by is not None:
        require_employed(register, command.by, command.on)
    for site in register.sites():
        require_not_future(register, site, command.on)
    event = SigningKeyRotated(
        replaced=command.replaced, new_key=command.new_key, by=command.by, on=command.on
    )
    return [Decision(NOTARY_STREAM, event)]
