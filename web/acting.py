"""How anything is recorded in the console: a form, what it would come to, the password where it is heavy, and a receipt.

The second step carries the digest of what was shown; the form's nonce is the command's key, so that what is sent twice is
recorded once.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from ledger.commands import COMMANDS, REFERENCES
from ledger.errors import LedgerError, WrongState
from web.acts import Act, Field
from web.ask import Ask, Upload, whole
from web.done import done_page
from web.links import pages
from web.moves import seen_moves
from web.proposals import hand_in
from web.spoken import own_words
from web.step_up import asked_again, verified
from web.surely import surely
from web.uploads import attach

Values = dict[str, Any]
Found = tuple[Any, str]
"""What a command would come to, and the digest of that."""


_NUMBERS: Final = frozenset({"points", "score", "days"})


def run(
    ask: Ask,
    act: Act,
    fixed: Values,
    title: str,
    about: Iterable[tuple[str, str]],
    back: str,
    found: Found | None = None,
) -> Response:
    """Answers a form: asks, shows what it would come to, or records it.

    `fixed` are the fields that the address says; `about` is what it is about, shown on every step; `found`: what one that
    begins so would come to, where that was asked already.
    """
    ask.require_now()
    shown = {"act": act, "title": title, "about": list(about), "back": back}
    if ask.request.method == "GET":
        if act.at_once:
            return _check(ask, act, _values(ask, act, fixed), shown, found=found)
        return _form(ask, act, shown, 1)
    step = ask.form.get("step") or ask.form.get("find", "1")  # a search stays on the screen it was made on
    if step.startswith("back:"):
        return _form(ask, act, shown, _screen(act, step[5:]))
    if whole(step) is not None and (number := _screen(act, step)) < act.steps:
        return _next(ask, act, shown, number)
    values = _values(ask, act, fixed)
    if step == "record":
        return _record(ask, act, values, shown)
    return _check(ask, act, values, shown)


def _screen(act: Act, typed: str) -> int:
    """The screen of a number; the nearest one where there is none of it, and the first for what is no number."""
    return min(max(whole(typed) or 1, 1), act.steps)


def _form(ask: Ask, act: Act, shown: Values, step: int, error: LedgerError | None = None) -> Response:
    told = None if error is None else ask.speech.refusal(error)
    wrong = None if error is None else error.place.get("field") or error.fields.get("field")
    code = None if error is None else error.code
    fields = [each for each in act.fields if each.step == step and _is_asked(ask, each, code)]
    return ask.page(
        act.asked_on,
        200 if error is None else 422,
        **shown,
        step=step,
        fields=fields,
        given=ask.form,
        carried={n: v for n, v in ask.carried().items() if n not in {each.name for each in fields}},
        told=told,
        wrong=wrong,
        extra=act.extra(ask, {"step": step}),
        hints=own_words("en"),
    )


def _is_asked(ask: Ask, each: Field, code: str | None) -> bool:
    return not each.once or each.once == code or bool(ask.form.get(each.name, "").strip())


def _next(ask: Ask, act: Act, shown: Values, step: int) -> Response:
    """The next screen, once this one is filled in."""
    lacking = [
        f for f in act.fields if f.step == step and f.required and not ask.form.get(f.name, "").strip()
    ]
    if ask.form.get("find"):
        return _form(ask, act, shown, step)
    if lacking:
        return _form(ask, act, shown | {"lacking": [f.name for f in lacking]}, step)
    return _form(ask, act, shown, step + 1)


def _values(ask: Ask, act: Act, fixed: Values) -> Values:
    """The command's fields as they were filled in."""
    values: Values = {"do": act.do, **fixed}
    for each in act.fields:
        given = ask.form.get(each.name, "").strip()
        if given:
            number = whole(given) if each.name in _NUMBERS else None
            values[each.name] = given if number is None else number
    if act.dated is not None:
        values[act.dated] = ask.today()
    return act.shape(values)


def _check(
    ask: Ask,
    act: Act,
    values: Values,
    shown: Values,
    status: int = 200,
    told: str = "",
    found: Found | None = None,
) -> Response:
    """What the answers are, and what recording them would come to now."""
    try:
        tried, seen = found or _tried(ask, act, values)
    except LedgerError as error:
        return _form(ask, act, shown, _step_of(act, error), error)
    assert ask.session is not None
    if told and _photo(ask, act) is not None:  # no page can fill it in again
        told = f"{told} {ask.speech.say('photo_again')}"
    told_moves, withheld = seen_moves(ask, tried)
    return ask.page(
        act.checked_on,
        status,
        **shown,
        answers=[(each, ask.form[each.name]) for each in act.fields if ask.form.get(each.name, "").strip()],
        carried=ask.carried(),
        moves=told_moves,
        withheld=withheld,
        extra=act.extra(ask, {"step": "check", "tried": tried}),
        seen=seen,
        moved=status == 409,
        again=act.is_heavy and not ask.console.accounts.is_fresh(ask.session),
        told=told,
    )


def _tried(ask: Ask, act: Act, values: Values) -> Found:
    if act.typed:
        return ask.desk.transcribing.preview(*_parted(values))
    return (ask.desk.proposing if act.proposed else ask.desk).preview(values)


def _parted(values: Values) -> tuple[Values, str, str]:
    """A command that came on paper, who wrote it, and which paper it is."""
    command = {name: value for name, value in values.items() if name not in ("author", "paper")}
    return command, str(values.get("author", "")), str(values.get("paper", ""))


def _submit(ask: Ask, act: Act, values: Values, key: str) -> Any:
    """Records it. What was typed for somebody else is told to them."""
    if not act.typed:
        return ask.desk.submit({**values, "key": key}, ask.form.get("seen", ""))
    command, author, paper = _parted(values)
    transcribing = ask.desk.transcribing
    done = transcribing.record(command, author, paper, key, ask.form.get("seen", ""))
    for position in _positions(done)[:1]:  # what is sent again, too: it may not have come to this before
        ask.console.transcriptions.add(position, act.do, transcribing.author(author), ask.person, paper)
    return done


def _positions(done: Any) -> list[int]:
    """Where what was recorded stands, by this form or by the same one sent before."""
    return [event["position"] for event in done.made()] or [skip.position for skip in done.skips]


def _step_of(act: Act, error: LedgerError) -> int:
    """The screen of the field that is wrong; the last one where none is named."""
    wrong = error.place.get("field") or error.fields.get("field")
    named = next((each.step for each in act.fields if each.name == wrong), None)
    return named or act.wrong_step(error) or act.steps


def _record(ask: Ask, act: Act, values: Values, shown: Values) -> Response:
    key = f"web:{ask.require_own_form()}"
    if act.is_heavy and not verified(ask):
        return _check(ask, act, values, shown, 401, ask.speech.say(asked_again(ask)))
    if act.proposed:
        return _propose(ask, act, values, shown)
    try:
        done = surely(partial(_submit, ask, act, values, key))
    except WrongState as error:
        if error.code != "impact_changed":
            return _form(ask, act, shown, _step_of(act, error), error)
        return _check(ask, act, values, shown, 409, ask.speech.refusal(error)[0])
    except LedgerError as error:
        return _form(ask, act, shown, _step_of(act, error), error)
    positions = _positions(done)
    made = done.made()
    things = _things(ask, act.do, made[0] if made else None, positions)
    photo = _put(ask, act, things)
    return done_page(ask, shown, positions, done.notes, again=bool(done.skips), things=things, photo=photo)


def _things(ask: Ask, do: str, event: Values | None, positions: list[int]) -> list[tuple[str, str]]:
    """The thing the command is about, where it has a page of its own; where this very form recorded it before, too."""
    if event is None:
        with ask.console.ledger.look_at_log() as look:
            event = look.event_at(positions[0])[0]
    field = COMMANDS[do].subject.partition("{")[2].partition("}")[0]
    kind, name = REFERENCES.get(field), event["fields"].get(field)
    return [(kind, str(name))] if kind in pages() and kind != "employee" and name else []


def _photo(ask: Ask, act: Act) -> Upload | None:
    """What was sent along; None: nothing."""
    upload = ask.files.get("photo") if act.photo else None
    return None if upload is None or not upload.content else upload


def _put(ask: Ask, act: Act, things: list[tuple[str, str]]) -> tuple[str, str | None] | None:
    """Puts the photo with what was recorded: its name, or what was refused, which undoes nothing; None: there was none."""
    upload = _photo(ask, act)
    if upload is None or not things:
        return None
    try:
        return attach(ask, ":".join(things[0]), upload), None
    except LedgerError as error:
        told, hint = ask.speech.refusal(error)
        return upload.name, f"{told} {hint or ''}".strip()


def _propose(ask: Ask, act: Act, values: Values, shown: Values) -> Response:
    """Keeps what was checked for a second person. What is sent twice is kept once."""
    try:
        _, figures = ask.desk.proposing.preview(values)
    except LedgerError as error:
        return _form(ask, act, shown, _step_of(act, error), error)
    if figures != ask.form.get("seen"):
        return _check(ask, act, values, shown, 409, ask.speech.say("proposal_moved"))
    name = hand_in(ask.console, ask.desk, ask.require_own_form(), values, figures)
    return ask.go(f"/proposals/{name}")
