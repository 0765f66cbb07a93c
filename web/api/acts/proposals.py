"""Four eyes for programs: what waits for a second person, proposed by one, confirmed or refused by another."""

import json
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from ledger.application.desk.impact import seen_impact
from ledger.application.desk.scope import is_of_all_sites, sites_named
from ledger.errors import InputError, LedgerError, StoreError, Unknown
from web.api.door import Asked
from web.api.recording import JSON, once, one_command, preferences, recorded_as
from web.api.routes import act
from web.ask import as_printed
from web.proposals import Proposal, confirm, hand_in

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied

Values = dict[str, Any]
_NAME: Final = "proposals"
_COMMAND: Final[Values] = {JSON: {"$ref": "#/components/schemas/Command"}}
_SEEN: Final[Values] = {
    JSON: {
        "type": "object",
        "properties": {"seen": {"type": "string", "description": "`seen` of the proposal as it was shown"}},
        "required": ["seen"],
    }
}


@act("GET", "/proposals", _NAME, answers={200: "Proposals"})
def proposals(asked: Asked, body: bytes) -> Response:
    """What waits for a second person: what whoever asks proposed, and what they may confirm."""
    asked.require_name(_NAME)
    mine = _mine(asked)
    asked.desk.proposing.note_read(*(each.command for each in mine))
    return _answer(200, [_values(asked, each) for each in mine])


@act(
    "POST",
    "/proposals",
    _NAME,
    answers={200: "Proposed", 201: "Proposed"},
    body=_COMMAND,
    keyed=True,
    changes=True,
)
def propose(asked: Asked, body: bytes) -> Response:
    """Proposes a command that takes a second person; with `Prefer: dry-run` what it would change, and nothing is kept."""
    values = one_command(body)
    asked.require_command(values)
    if "dry-run" in preferences(asked.request):
        return _answer(200, _previewed(asked, values))
    asked.require_fresh()

    def work(key: str) -> tuple[int, bytes]:
        told = _previewed(asked, values)
        key_of_theirs = f"{asked.caller.person}\n{key}"
        name = hand_in(asked.console, asked.desk, key_of_theirs, values, told["figures"])
        return 201, as_printed({"proposal": name, **told}).encode()

    return once(asked, b"propose\n" + body, work)


@act("GET", "/proposals/{proposal}", _NAME, answers={200: "Proposal"})
def proposal(asked: Asked, body: bytes) -> Response:
    """One of them, with what it would change now: `seen` is what a confirmation names."""
    asked.require_name(_NAME)
    found = _found(asked)
    asked.desk.proposing.note_read(found.command)
    return _answer(200, _values(asked, found) | _now(asked, found))


@act(
    "POST",
    "/proposals/{proposal}/confirmation",
    _NAME,
    answers={200: "Recorded", 201: "Recorded"},
    body=_SEEN,
    keyed=True,
    changes=True,
)
def confirmation(asked: Asked, body: bytes) -> Response:
    """Records a proposal of somebody else's in the name of whoever asks, if it still changes what they saw."""
    seen = _seen(body)
    asked.require_fresh()

    def work(key: str) -> tuple[int, bytes]:
        found = _found(asked)
        asked.require_command(found.command)
        told = recorded_as(asked, confirm(asked.console, asked.desk, found, seen), False)
        return 201 if told["recorded"] else 200, as_printed(told).encode()

    sent = f"confirm {asked.part('proposal')}\n".encode() + body
    return once(asked, sent, work)


@act("DELETE", "/proposals/{proposal}", _NAME, answers={204: None}, changes=True)
def refuse(asked: Asked, body: bytes) -> Response:
    """Refuses a proposal, or takes back one's own: it is deleted, and nothing of it is recorded."""
    found = _found(asked)
    asked.require_command(found.command)
    asked.console.proposals.remove(found.name)
    return Response(status_code=204)


def _mine(asked: Asked) -> list[Proposal]:
    """Those that concern whoever asks, at sites that the token is for."""
    scopes = asked.caller.scopes
    return [
        each
        for each in asked.console.proposals.concerning(asked.desk)
        if not scopes.is_narrowed
        or (not is_of_all_sites(each.command) and sites_named(asked.desk, each.command) <= scopes.sites)
    ]


def _found(asked: Asked) -> Proposal:
    """The one of the path. Unknown `nothing_of_that_id` for any that does not concern whoever asks."""
    name = asked.part("proposal")
    found = next((each for each in _mine(asked) if each.name == name), None)
    if found is None:
        raise Unknown("nothing_of_that_id", id=name[:40], choices="")
    return found


def _values(asked: Asked, found: Proposal) -> Values:
    return {
        "proposal": found.name,
        "command": found.command,
        "proposer": found.proposer,
        "own": found.proposer == asked.caller.person,
        "made_at": found.made_at,
        "expires_at": found.expires_at,
    }


def _previewed(asked: Asked, values: Values) -> Values:
    """What a command would change once another confirms it, as far as it is the proposer's to see."""
    tried, figures = asked.desk.proposing.preview(values)
    return {"figures": figures, "impact": _impact(asked, tried)}


def _now(asked: Asked, found: Proposal) -> Values:
    """What it would change now. `moved`: something else than was proposed; `refused`: the code of why it cannot be."""
    proposing, seen = asked.desk.proposing, None
    try:
        if found.proposer == asked.caller.person:
            tried, figures = proposing.preview(found.command)
        else:
            tried, seen, figures = proposing.confirmable(found.command, found.proposer)
    except StoreError:
        raise
    except LedgerError as error:
        return {"seen": None, "moved": False, "refused": error.code, "impact": None}
    moved = figures != found.figures
    return {"seen": seen, "moved": moved, "refused": None, "impact": _impact(asked, tried)}


def _impact(asked: Asked, tried: "Applied") -> Values | None:
    """What whoever asks sees of what would change."""
    impact = seen_impact(asked.desk, tried)
    return None if impact is None else impact.values()


def _seen(body: bytes) -> str:
    """What a confirmation says was seen. InputError `not_json`, `field_missing`."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("not_json", column=1, reason="Expecting value") from None
    seen = given.get("seen") if isinstance(given, dict) else None
    if not isinstance(seen, str) or not seen:
        raise InputError("field_missing", field="seen").at(field="seen")
    return seen


def _answer(status: int, value: Any) -> Response:
    return Response(
        as_printed(value), status, {"Cache-Control": "no-store"}, "application/json; charset=utf-8"
    )
