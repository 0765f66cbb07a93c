"""Proposals: one person proposes, another confirms under their own password, and it is recorded once."""

from typing import Any, Final, get_args

from starlette.responses import Response

from ledger.application.desk.proposals import PROPOSED_OFFICES
from ledger.errors import LedgerError, NotEntitled, StoreError, WrongState
from ledger.terms import ErasureGround
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.done import done_page
from web.moves import seen_moves
from web.named import Named
from web.pages.closing import handed_on, handed_over
from web.people_search import people
from web.proposals import Proposal, confirm
from web.routes import form, get
from web.step_up import asked_again, verified

Values = dict[str, Any]
_REMARKS: Final = ("employee_heard", "union_informed", "seriousness_reasoned")


def _dismissal(values: Values) -> Values:
    """A dismissal with the remarks of its review, as its checklist has them."""
    checklist = {item: values[item] for item in _REMARKS if item in values}
    rest = {name: value for name, value in values.items() if name not in _REMARKS}
    return {**rest, "kind": "dismissal", "checklist": checklist}


def _act(do: str, *fields: Field, **more: Any) -> Act:
    return Act(do, fields, "next_proposed", dated=None, proposed=True, **more)


_PERSON: Final = Field("employee", "person", step=1)
ACTS: Final[dict[str, Act]] = {
    "grant_reward": _act(
        "grant_reward",
        _PERSON,
        Field("points", "number", step=2, called="reward_points"),
        Field("occurred_on", "date", step=2),
        Field("reason", "long", step=2),
        steps=2,
        extra=people,
    ),
    "withdraw_reward": _act("withdraw_reward", Field("reward"), Field("reason", "long")),
    "appoint": _act(
        "appoint",
        _PERSON,
        Field("office", "choice", choices=PROPOSED_OFFICES, step=2),
        Field("department", required=False, step=2),
        Field("from", "date", step=2),
        Field("until", "date", required=False, step=2),
        steps=2,
        shows_figures=False,
        extra=people,
    ),
    "impose_sanction": _act(
        "impose_sanction",
        _PERSON,
        Field("month", step=2),
        Field("reasons", "long", step=2),
        *(Field(item, "long", required=False, step=2) for item in _REMARKS),
        steps=2,
        extra=people,
        shape=_dismissal,
    ),
    "erase_employee": _act(
        "erase_employee", Field("employee"), Field("ground", "choice", choices=get_args(ErasureGround))
    ),
    "register_site": _act(
        "register_site", Field("site"), Field("name"), Field("timezone", required=False), shows_figures=False
    ),
}
"""What can be proposed here; the rules are proposed where they were tried."""


def mine(ask: Ask) -> list[Proposal]:
    """Those I proposed, and those I may confirm."""
    return ask.console.proposals.concerning(ask.desk)


def proposals_of(ask: Ask) -> list[Values]:
    """The same as lines."""
    return [
        {
            "name": each.name,
            "do": each.command["do"],
            "employee": each.command.get("employee"),
            "proposer": each.proposer,
            "own": each.proposer == ask.person,
            "expires_at": each.expires_at,
        }
        for each in mine(ask)
    ]


@get("/proposals")
def proposals(ask: Ask) -> Response:
    """What waits for a second person, and what I may propose."""
    offered = [do for do in ACTS if ask.desk.proposing.may_propose(do)]
    return ask.page("proposals", rows=proposals_of(ask), offered=offered)


@form("/proposals/new/{do}")
def propose(ask: Ask) -> Response:
    """Proposing something, with what it would change."""
    act = ACTS.get(ask.path("do"))
    if act is None:
        return ask.console.problem(ask, 404, "no_page")
    if not ask.desk.proposing.may_propose(act.do):
        raise NotEntitled("not_yours_to_do", do=act.do, by=ask.person)
    if ask.request.method == "GET":
        ask.form |= {each.name: said for each in act.fields if (said := ask.query(each.name))}
        ask.form["find_person"] = ask.query("employee")
    fixed: Values = {}
    if act.do == "appoint":
        with ask.desk.look_at_log() as look:
            fixed["site"] = look.site(None)
    title = ask.speech.say("propose_title", what=ask.speech.word(act.do))
    return run(ask, act, fixed, title, _chosen(ask, act), "/proposals")


def _chosen(ask: Ask, act: Act) -> list[tuple[str, str]]:
    """Whom it is about, once that is chosen."""
    employee = ask.form.get("employee", "")
    if not employee or act.steps == 1:
        return []
    return [(ask.speech.heading("employee"), Named(employee))]


@form("/proposals/{proposal}")
def proposal(ask: Ask) -> Response:
    """One proposal: confirmed or refused by the other person, taken back by whoever proposed it."""
    found = next((each for each in mine(ask) if each.name == ask.path("proposal")), None)
    if found is None:
        return ask.console.problem(ask, 404, "proposal_gone")
    step = ask.form.get("step", "")
    if step == "remove":
        ask.console.proposals.remove(found.name)
        return ask.go("/proposals")
    if found.proposer == ask.person:
        return _shown(ask, found, own=True)
    return _confirm(ask, found) if step == "confirm" else _shown(ask, found, own=False)


def _confirm(ask: Ask, found: Proposal) -> Response:
    if not verified(ask):
        return _shown(ask, found, own=False, status=401, told=ask.speech.say(asked_again(ask)))
    try:
        done = confirm(ask.console, ask.desk, found, ask.form.get("seen", ""))
    except WrongState as error:
        status = 409 if error.code == "impact_changed" else 422
        return _shown(ask, found, own=False, status=status, told=ask.speech.refusal(error)[0])
    made = done.made()
    act = Act(str(found.command["do"]), (), "next_confirmed", onward=_onward(ask, found.command))
    shown = {"act": act, "title": ask.speech.word(found.command["do"]), "back": "/proposals"}
    positions = [event["position"] for event in made] or [skip.position for skip in done.skips]
    return done_page(ask, shown, positions, done.notes, again=bool(done.skips))


def _onward(ask: Ask, command: Values) -> tuple[tuple[str, str], ...]:
    """Where it goes on once it is confirmed, at the site that it is of."""
    leads = handed_on(command["month"]) if command["do"] == "close_month" else ()
    return tuple((ask.link(path, site=command["site"]), told) for path, told in leads)


def _shown(ask: Ask, found: Proposal, own: bool, status: int = 200, told: str = "") -> Response:
    """The page of one: what it says, what it would change now, and whether that is another thing than was proposed."""
    proposing, seen, refused = ask.desk.proposing, "", None
    close, outdated, changes, withheld = None, False, list[dict[str, str]](), False
    try:
        if own:
            tried, figures = proposing.preview(found.command)
        else:
            tried, seen, figures = proposing.confirmable(found.command, found.proposer)
    except StoreError:
        raise
    except LedgerError as error:
        refused, figures = ask.speech.refusal(error), found.figures
    else:
        close = handed_over(ask, tried)
        outdated = proposing.is_outdated(found.command, found.figures, tried)
        changes, withheld = seen_moves(ask, tried)
    proposing.note_read(found.command)
    assert ask.session is not None
    return ask.page(
        "proposal",
        status,
        proposal=found,
        own=own,
        answers=_answers(ask, found.command),
        moves=changes,
        withheld=withheld,
        close=close,
        outdated=outdated,
        moved=figures != found.figures,
        seen=seen,
        refused=refused,
        told=told,
        again=not ask.console.accounts.is_fresh(ask.session),
    )


def _answers(ask: Ask, command: Values) -> list[tuple[str, str]]:
    """What a proposal says, in lines; a policy by its version, which has a page of its own."""
    speech, found = ask.speech, []
    for name, value in command.items():
        if name == "do":
            continue
        if name == "checklist":
            found += [(speech.heading(item), str(said)) for item, said in value.items()]
        elif name == "policy":
            found.append((speech.heading("version"), str(value.get("version"))))
        elif name == "employee":
            found.append((speech.heading(name), Named(value)))
        else:
            called = "reward_points" if name == "points" else name
            found.append((speech.heading(called), speech.value(name, value)))
    return found
