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
    """Checks the whole log; with `deep` also what each event was decided by, with `group` the other ledgers too."""
    if ask.request.method == "GET":
        return ask.go("/audit")
    deep = ask.form.get("deep") == "yes"
    verified = ask.desk.proofs.verify(deep=deep)  # refused to whoever is no auditor
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
        keys=ask.desk.proofs.keys(),
        position=ask.desk.position(),
        in_group=ask.console.settings.group is not None,
        rows=rows,
    )


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
