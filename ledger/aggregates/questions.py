"""The question banks: which one may be adopted (appraisal §9.4; 篇2)."""

from ledger.aggregates.authority import require_not_future
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.recording_rights import require_may_adopt
from ledger.commands.questions import AdoptQuestions
from ledger.errors import InputError, Taken
from ledger.events.questions import QUESTION_STREAM, QuestionsAdopted
from ledger.examination import loading
from ledger.policy.loading import plain


@decides(AdoptQuestions)
def adopt_questions(command: AdoptQuestions, context: DecisionContext) -> list[Decision]:
    """As a policy is adopted: by whoever may adopt one, under a name of its own, and without errors."""
    document = plain(command.bank)
    try:
        bank = loading.parse(document)
    except InputError as error:
        raise error.at(field="bank") from None
    if context.bank_book().named(bank.version) is not None:
        raise Taken("bank_taken", version=bank.version)
    sites = context.sites() if command.site is None else [context.site(command.site).site]
    for site in sites:
        require_not_future(context, site, command.on)
    require_may_adopt(context, command.by, command.site, command.on)
    event = QuestionsAdopted(
        version=bank.version,
        site=command.site,
        document=document,
        digest=loading.digest(document),
        by=command.by,
        on=command.on,
    )
    return [Decision(QUESTION_STREAM, event)]
