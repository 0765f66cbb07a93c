"""The auditor's room: checking the ledger, or all of its group, and the checkpoint to keep elsewhere."""

from typing import Any

from starlette.responses import Response

from ledger.labels.messages import Labels
from web import jobs
from web.ask import Ask
from web.child_tasks import Check, Checked, DeskAddress, MemberChecked
from web.passwords import TooBusyError
from web.progress import CHECK, fault_told, stand_of_check
from web.routes import form, get

Row = dict[str, Any]


@get("/audit")
def audit(ask: Ask) -> Response:
    """What can be checked here, and with which keys; a check of one's own that runs, has ended, or was interrupted."""
    require_auditor(ask)
    return _page(ask)


def require_auditor(ask: Ask) -> None:
    """NotEntitled `not_yours_to_read` for whoever is no auditor."""
    if "audit" not in ask.place.entries:
        ask.desk.require_keeper("audit")


@form("/audit/verify", records=False)
def verify(ask: Ask) -> Response:
    """Checks the whole log, against the checkpoint that is sent along where one is: it has been kept elsewhere.

    With `deep` also what each event was decided by, with `sheets` what reports are drawn from, with `group` other ledgers.
    """
    if ask.request.method == "GET":
        return ask.go("/audit")
    require_auditor(ask)
    sent = ask.files.get("file")
    check = Check(
        DeskAddress.of(ask.desk),
        ask.console.database.place,
        sent.content if sent is not None and sent.content else None,
        ask.form.get("deep") == "yes",
        ask.form.get("sheets") == "yes",
        ask.console.settings.group if ask.form.get("group") == "yes" else None,
    )
    job = ask.console.jobs.begin(CHECK, ask.person, {}, check)
    if job is None:
        raise TooBusyError
    return ask.go(ask.link(f"/audit/verified/{job.name}"))


@get("/audit/verified/{verification}")
def verified(ask: Ask) -> Response:
    """A check: how far it is and what it has found so far, and then what came of it, for whoever began it."""
    require_auditor(ask)
    job = ask.console.jobs.of(CHECK, ask.path("verification"), ask.person)
    if job is None:
        return jobs.not_here(ask, CHECK, ask.path("verification"))
    if not job.is_done_within(0):
        return ask.page("verifying", 202, job=job, stand=stand_of_check(ask.speech, job))
    return _page(ask, job.answer())


def _page(ask: Ask, checked: Checked | None = None) -> Response:
    begun = ask.console.jobs
    return ask.page(
        "audit",
        checked=checked,
        faults=[] if checked is None else [fault_told(ask.speech, one) for one in checked.faults],
        unread=None if checked is None or checked.unread is None else ask.speech.refusal(checked.unread),
        protected=None if checked is None or checked.count else _protected(ask, checked),
        keys=ask.desk.proofs.keys(),
        position=ask.desk.position(),
        in_group=ask.console.settings.group is not None,
        rows=None
        if checked is None or checked.group is None
        else [_row(ask.speech.labels, one) for one in checked.group],
        job=None if checked is not None else begun.latest(CHECK, ask.person),
        lost=begun.lost(CHECK, ask.person),
    )


def _protected(ask: Ask, checked: Checked) -> str:
    """Up to where what was kept elsewhere proves it, and what rests on this machine's word alone."""
    if checked.kept is None:
        return ask.speech.say("audit_unprotected", size=checked.size)
    said = "audit_protected_part" if checked.window else "audit_protected"
    return ask.speech.say(said, size=checked.kept, window=checked.window)


def _row(labels: Labels, one: MemberChecked) -> Row:
    """A ledger of the group: `ledger`, `position`, `mark`, and how many `faults`, or why it was not asked, `away`."""
    away = None if one.error is None else labels.message(one.error.code, one.error.fields)
    return {
        "ledger": one.ledger,
        "away": away,
        "position": one.position,
        "mark": one.mark,
        "faults": one.faults,
    }


@form("/checkpoint", records=False)
def checkpoint(ask: Ask) -> Response:
    """The signed checkpoint, to be kept elsewhere; the key remembers what it signed."""
    if ask.request.method == "GET":
        return ask.page("taken", title=ask.speech.say("checkpoint_get"), about=None)
    return ask.file("checkpoint", ask.desk.proofs.checkpoint(), "text/plain; charset=utf-8")
