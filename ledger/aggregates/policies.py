"""The policy book: which version may be adopted (domain §8)."""

from ledger.aggregates.authority import is_closed, require_not_future
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.recording_rights import require_may_adopt
from ledger.commands.policies import AdoptPolicy
from ledger.errors import InputError, Taken, WrongTime
from ledger.events.policies import POLICY_STREAM, PolicyAdopted
from ledger.policy import loading
from ledger.policy.diagnostic import require_no_error
from ledger.policy.lint import lint
from ledger.policy.model import Policy
from ledger.terms import EARLIEST_YEAR, month_of, next_month


@decides(AdoptPolicy)
def adopt_policy(command: AdoptPolicy, context: DecisionContext) -> list[Decision]:
    """A version begins in a month that no site it applies to has closed, and makes no month before its adoption worse."""
    document = loading.plain(command.policy)
    try:
        policy = loading.parse(document)
    except InputError as error:
        raise error.at(field="policy") from None
    require_no_error(lint(document))
    if context.policy_book().has(policy.version):
        raise Taken("policy_taken", version=policy.version)
    sites = context.sites()
    if command.site is not None:
        sites = [context.site(command.site).site]
    for site in sites:
        start = policy.effective_from
        month = month_of(start) if start is not None else f"{EARLIEST_YEAR}-01"
        if is_closed(context, site, month):
            raise WrongTime("month_closed", month=month, site=site, last=context.last_closed(site))
        require_not_future(context, site, command.on)
    require_may_adopt(context, command.by, command.site, command.on)
    _require_not_backwards(policy, command, context)
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


def _require_not_backwards(policy: Policy, command: AdoptPolicy, context: DecisionContext) -> None:
    """WrongTime `policy_backwards` where a version that begins before its adoption makes somebody's month worse."""
    start = policy.effective_from
    if start is not None and start > command.on:
        return
    since = f"{EARLIEST_YEAR}-01" if start is None else month_of(start)
    worse = context.worsened(policy, command.site, since, month_of(command.on))
    if worse is not None:
        after = next_month(month_of(command.on))
        raise WrongTime(
            "policy_backwards",
            version=policy.version,
            employee=worse.employee,
            month=worse.month,
            worse=worse.figure,
            first=after,
        )
