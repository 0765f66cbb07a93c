"""The auditor's room: checking the ledger, or all of its group, and the checkpoint to keep elsewhere."""

from typing import Any

from starlette.responses import Response

from ledger.application.group import visits
from ledger.application.group.ledgers import Whereabouts
from ledger.errors import LedgerError
from ledger.labels.messages import Labels
from web.ask import Ask
from web.routes import form, get


@get("/audit")
def audit(ask: Ask) -> Response:
    """What can be checked here, and with which keys."""
    if "audit" not in ask.desk.menu():
        ask.desk.require_keeper("audit")
    return _page(ask, None)


@form("/audit/verify", records=False)
def verify(ask: Ask) -> Response:
    """Checks the whole log, against the checkpoint that is sent along where one is: it has been kept elsewhere.

    With `deep` also what each event was decided by, with `sheets` what reports are drawn from, with `group` other ledgers.
    """
    if ask.request.method == "GET":
        return ask.go("/audit")
    deep, sheets = (ask.form.get(level) == "yes" for level in ("deep", "sheets"))
    sent = ask.files.get("file")
    kept = sent.content if sent is not None and sent.content else None
    verified = ask.desk.proofs.verify(
        kept, everything=True, deep=deep, sheets=sheets
    )  # for the auditor alone
    group = ask.console.settings.group
    rows = None if group is None or ask.form.get("group") != "yes" else _checked(ask, group, deep)
    return _page(ask, verified, rows)


def _page(ask: Ask, verified: Any, rows: list[dict[str, Any]] | None = None) -> Response:
    labels = ask.speech.labels
    faults = [] if verified is None else [labels.fault(one.code, one.fields) for one in verified.faults]
    return ask.page(
        "audit",
        verified=verified,
        faults=faults,
        protected=None if verified is None or faults else _protected(ask, verified),
        keys=ask.desk.proofs.keys(),
        position=ask.desk.position(),
        in_group=ask.console.settings.group is not None,
        rows=rows,
    )


def _protected(ask: Ask, verified: Any) -> str:
    """Up to where what was kept elsewhere proves it, and what rests on this machine's word alone."""
    audited = verified.audited
    if not audited.given or audited.checkpoint is None:
        return ask.speech.say("audit_unprotected", size=audited.size)
    said = "audit_protected_part" if audited.window else "audit_protected"
    return ask.speech.say(said, size=audited.checkpoint.size, window=audited.window)


def _checked(ask: Ask, where: Whereabouts, deep: bool) -> list[dict[str, Any]]:
    """Every ledger of the group: `ledger`, `position`, `mark`, and how many `faults`, or why it was not asked, `away`."""
    labels, group = ask.speech.labels, where.group()
    asked = [(member, member.events) for member in group.members]
    found = visits.visit_all(asked, "verify", {"deep": deep, "sheets": False}, None)
    rows: list[dict[str, Any]] = []
    for one in found:
        if one.found is None:
            rows.append({"ledger": one.name, "away": _why(labels, one.error)})
        else:
            stand = {name: one.found[name] for name in ("ledger", "position", "mark")}
            rows.append({**stand, "away": None, "faults": len(one.found["faults"])})
    away = [{"ledger": error.place.get("ledger", "–"), "away": _why(labels, error)} for error in group.away]
    return sorted([*rows, *away], key=lambda row: str(row["ledger"]))


def _why(labels: Labels, error: LedgerError | None) -> str:
    return "" if error is None else labels.message(error.code, error.fields)


@form("/checkpoint", records=False)
def checkpoint(ask: Ask) -> Response:
    """The signed checkpoint, to be kept elsewhere; the key remembers what it signed."""
    if ask.request.method == "GET":
        return ask.page("taken", title=ask.speech.say("checkpoint_get"), about=None)
    return ask.file("checkpoint", ask.desk.proofs.checkpoint(), "text/plain; charset=utf-8")
