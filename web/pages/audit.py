"""The auditor's room: checking the ledger, and the checkpoint to keep elsewhere."""

from starlette.responses import Response

from web.ask import Ask
from web.routes import form, get


@get("/audit")
def audit(ask: Ask) -> Response:
    """What can be checked here, and with which keys."""
    if "audit" not in ask.desk.menu():
        ask.desk.require_keeper("audit")
    keys = ask.desk.proofs.public_keys_if_any()
    return ask.page("audit", verified=None, keys=keys, position=ask.desk.position())


@form("/audit/verify", records=False)
def verify(ask: Ask) -> Response:
    """Checks the whole log; with `deep` also what each event was decided by."""
    if ask.request.method == "GET":
        return ask.go("/audit")
    verified = ask.desk.proofs.verify(deep=ask.form.get("deep") == "yes")
    keys = ask.desk.proofs.public_keys_if_any()
    faults = [ask.speech.labels.fault(fault.code, fault.fields) for fault in verified.faults]
    return ask.page("audit", verified=verified, faults=faults, keys=keys, position=ask.desk.position())


@form("/checkpoint", records=False)
def checkpoint(ask: Ask) -> Response:
    """The signed checkpoint, to be kept elsewhere; the key remembers what it signed."""
    if ask.request.method == "GET":
        return ask.page("taken", title=ask.speech.say("checkpoint_get"))
    return ask.file("checkpoint", ask.desk.proofs.checkpoint(), "text/plain; charset=utf-8")
