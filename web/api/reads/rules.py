"""The rules, and what the ledger proves: everybody reads them."""

from typing import Any

from ledger.application.policy_documents import Side
from ledger.errors import InputError
from ledger.formats import Malformed, parse_day
from web.api.door import Asked
from web.api.routes import read


@read("/policy", "policy", "policy show", by="desk", everywhere=True, asks=("site", "on"))
def policy(asked: Asked, look: None) -> Any:
    """The rules in force on a day; today if none is given."""
    given, on = asked.query("on"), None
    if given is not None:
        try:
            on = parse_day(given)
        except Malformed as error:
            raise InputError("field_wrong", field="on", value=given, reason=error.reason).at(
                field="on"
            ) from None
    return asked.desk.policies.show(asked.query("site"), None, on, asked.as_of)


@read("/policy/versions", "policy", "policy list", by="desk", everywhere=True, asks=("site",))
def versions(asked: Asked, look: None) -> Any:
    """The versions adopted, and the months each of them governs."""
    return asked.desk.policies.versions(asked.query("site"), asked.as_of)


@read("/policy/versions/{version}", "policy", "policy show --version {version}", by="desk", everywhere=True)
def version(asked: Asked, look: None) -> Any:
    """One version of the rules."""
    return asked.desk.policies.show(None, asked.part("version"), None, asked.as_of)


@read("/policy/clauses", "policy", "policy clauses", by="desk", everywhere=True, asks=("site", "word"))
def clauses(asked: Asked, look: None) -> Any:
    """The clauses in force today: title, check points and source."""
    return asked.desk.policies.find_clauses(asked.query("word"), asked.query("site"))


@read("/policy/diff/{old}/{new}", "policy", "policy diff {old} {new}", by="desk", everywhere=True)
def difference(asked: Asked, look: None) -> Any:
    """What differs between two versions."""
    return asked.desk.policies.diff(Side(asked.part("old")), Side(asked.part("new")))


@read(
    "/checkpoint", "checkpoint", "checkpoint", by="desk", everywhere=True, media="text/plain; charset=utf-8"
)
def checkpoint(asked: Asked, look: None) -> bytes:
    """What is recorded so far, signed, as a note that anyone can check (C2SP tlog-checkpoint)."""
    return asked.desk.proofs.checkpoint()
