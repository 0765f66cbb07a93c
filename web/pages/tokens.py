"""Tokens of one's programs: what there are, a new one for what is ticked, and ending them."""

from dataclasses import dataclass

from starlette.responses import Response

from ledger.commands import COMMANDS
from ledger.texts import plain
from web.api.routes import report_names
from web.api.tokens import EVERYTHING, MOST_DAYS, Scopes, is_name
from web.ask import Ask, whole
from web.routes import form
from web.step_up import asked_again, verified


@dataclass(frozen=True)
class _Made:
    """What a form came to: a token, or why there is none."""

    token: str | None = None
    told: str | None = None
    status: int = 200


@form("/me/tokens", records=False)
def tokens(ask: Ask) -> Response:
    """The tokens of whoever is signed in; a new one is shown once, and takes the password."""
    made = _Made()
    if ask.request.method == "POST":
        if end := ask.form.get("end"):
            ask.console.tokens.end(ask.person, end)
            return ask.go("/me/tokens")
        made = _make(ask)
    assert ask.session is not None
    return ask.page(
        "tokens",
        made.status,
        rows=ask.console.tokens.of(ask.person),
        made=made,
        now=ask.now.isoformat(),
        given=ask.form if made.token is None else {},
        reports={name: ask.speech.read(name) for name in [*report_names(), "changes"]},
        commands={do: ask.speech.word(COMMANDS[do].makes) for do in sorted(COMMANDS)},
        sites=ask.sites,
        everything=EVERYTHING,
        again=not ask.console.accounts.is_fresh(ask.session),
    )


def _make(ask: Ask) -> _Made:
    name, days = ask.form.get("name", "").strip(), whole(plain(ask.form.get("days", "")))
    if not is_name(name):
        return _Made(told="token_name_wrong", status=422)
    if days is None or not 1 <= days <= MOST_DAYS:
        return _Made(told="token_days_wrong", status=422)
    scopes = _scopes(ask)
    if scopes is None:
        return _Made(told="token_scope_wrong", status=422)
    if not verified(ask):
        return _Made(told=asked_again(ask), status=401)
    return _Made(ask.console.tokens.make(ask.person, name, scopes, days))


def _scopes(ask: Ask) -> Scopes | None:
    """What was ticked; None where that is nothing, or is not known."""
    known = {
        "reports": {*report_names(), "changes"},
        "commands": set(COMMANDS),
        "sites": set(ask.desk.site_ids()),
    }
    ticked = {name: frozenset(ask.form.get(name, "").split()) for name in known}
    if any(not ticked[name] <= known[name] | {EVERYTHING} for name in known):
        return None
    if not ticked["sites"] or not ticked["reports"] | ticked["commands"]:
        return None
    return Scopes(ticked["reports"], ticked["commands"], ticked["sites"])
