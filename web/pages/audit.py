"""The auditor's room: checking the ledger, or all of its group, and the checkpoint to keep elsewhere."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.responses import Response

from ledger.application.desk.desk import Desk
from ledger.application.group import visits
from ledger.application.group.ledgers import Whereabouts
from ledger.errors import LedgerError
from ledger.labels.messages import Labels
from web import jobs
from web.ask import Ask
from web.checks import CHECK, fault_told, stand_of
from web.jobs import Job
from web.passwords import TooBusyError
from web.routes import form, get

Row = dict[str, Any]


@get("/audit")
def audit(ask: Ask) -> Response:
    """What can be checked here, and with which keys; a check of one's own that runs, has ended, or was interrupted."""
    _require(ask)
    return _page(ask)


def _require(ask: Ask) -> None:
    """NotEntitled `not_yours_to_read` for whoever is no auditor."""
    if "audit" not in ask.place.entries:
        ask.desk.require_keeper("audit")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is checked: against which checkpoint, how deep, and which other ledgers besides."""

    kept: bytes | None
    deep: bool
    sheets: bool
    group: Whereabouts | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a check came to: of the ledger, and of the group the visits and what was away, where it was asked for."""

    verified: Any
    group: tuple[list[visits.Visited], tuple[LedgerError, ...]] | None


@form("/audit/verify", records=False)
def verify(ask: Ask) -> Response:
    """Checks the whole log, against the checkpoint that is sent along where one is: it has been kept elsewhere.

    With `deep` also what each event was decided by, with `sheets` what reports are drawn from, with `group` other ledgers.
    """
    if ask.request.method == "GET":
        return ask.go("/audit")
    _require(ask)
    sent = ask.files.get("file")
    asked = _Asked(
        sent.content if sent is not None and sent.content else None,
        ask.form.get("deep") == "yes",
        ask.form.get("sheets") == "yes",
        ask.console.settings.group if ask.form.get("group") == "yes" else None,
    )
    job = ask.console.jobs.begin(CHECK, ask.person, {}, partial(_checked, ask.desk, asked))
    if job is None:
        raise TooBusyError
    job.is_done_within(jobs.PATIENCE)
    return ask.go(ask.link(f"/audit/verified/{job.name}"))


def _checked(desk: Desk, asked: _Asked, job: Job) -> _Outcome:
    """For the auditor alone. GivenUpError; LedgerError where nothing could be checked."""
    verified = desk.proofs.verify(
        asked.kept, everything=True, deep=asked.deep, sheets=asked.sheets, watch=job.progress
    )
    if asked.group is None:
        return _Outcome(verified, None)
    group = asked.group.group()
    members = [(member, member.events) for member in group.members]
    levels = {"deep": asked.deep, "sheets": False}

    def progress(done: int, total: int) -> None:
        job.progress(done, total, "group")

    return _Outcome(verified, (visits.visit_all(members, "verify", levels, None, progress), group.away))


@get("/audit/verified/{verification}")
def verified(ask: Ask) -> Response:
    """A check: how far it is and what it has found so far, and then what came of it, for whoever began it."""
    _require(ask)
    job = ask.console.jobs.of(CHECK, ask.path("verification"), ask.person)
    if job is None:
        return jobs.not_here(ask, CHECK, ask.path("verification"))
    if not job.is_done_within(0):
        return ask.page("verifying", 202, job=job, stand=stand_of(ask.speech, job))
    return _page(ask, job.answer())


def _page(ask: Ask, outcome: _Outcome | None = None) -> Response:
    labels, found = ask.speech.labels, None if outcome is None else outcome.verified
    faults = [] if found is None else [fault_told(ask.speech, one) for one in found.faults]
    begun = ask.console.jobs
    return ask.page(
        "audit",
        verified=found,
        faults=faults,
        protected=None if found is None or faults else _protected(ask, found),
        keys=ask.desk.proofs.keys(),
        position=ask.desk.position(),
        in_group=ask.console.settings.group is not None,
        rows=None if outcome is None or outcome.group is None else _rows(labels, *outcome.group),
        job=None if found is not None else begun.latest(CHECK, ask.person),
        lost=begun.lost(CHECK, ask.person),
    )


def _protected(ask: Ask, verified: Any) -> str:
    """Up to where what was kept elsewhere proves it, and what rests on this machine's word alone."""
    audited = verified.audited
    if not audited.given or audited.checkpoint is None:
        return ask.speech.say("audit_unprotected", size=audited.size)
    said = "audit_protected_part" if audited.window else "audit_protected"
    return ask.speech.say(said, size=audited.checkpoint.size, window=audited.window)


def _rows(labels: Labels, found: list[visits.Visited], away: tuple[LedgerError, ...]) -> list[Row]:
    """Every ledger of the group: `ledger`, `position`, `mark`, and how many `faults`, or why it was not asked, `away`."""
    rows: list[Row] = []
    for one in found:
        if one.found is None:
            rows.append({"ledger": one.name, "away": _why(labels, one.error)})
        else:
            stand = {name: one.found[name] for name in ("ledger", "position", "mark")}
            rows.append({**stand, "away": None, "faults": len(one.found["faults"])})
    rows += [{"ledger": error.place.get("ledger", "–"), "away": _why(labels, error)} for error in away]
    return sorted(rows, key=lambda row: str(row["ledger"]))


def _why(labels: Labels, error: LedgerError | None) -> str:
    return "" if error is None else labels.message(error.code, error.fields)


@form("/checkpoint", records=False)
def checkpoint(ask: Ask) -> Response:
    """The signed checkpoint, to be kept elsewhere; the key remembers what it signed."""
    if ask.request.method == "GET":
        return ask.page("taken", title=ask.speech.say("checkpoint_get"), about=None)
    return ask.file("checkpoint", ask.desk.proofs.checkpoint(), "text/plain; charset=utf-8")
