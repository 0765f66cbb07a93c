"""The page after an act: what was recorded and where, its hash, what follows, and the receipt of what is one's own."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from web.ask import Ask

Values = dict[str, Any]


def done_page(
    ask: Ask,
    shown: Values,
    positions: Sequence[int],
    notes: Sequence[Any],
    *,
    again: bool,
    things: Sequence[tuple[str, str]] = (),
    photo: tuple[str, str | None] | None = None,
) -> Response:
    """What stands at some positions; `again`: it was recorded before. `shown`: `act`, `title` and `back`.

    `things`: kind and id of what it is about, where that has a page; `photo`: see `acting._put`.
    """
    named = [f"{kind}:{name}" for kind, name in things]
    return ask.page(
        "act_done",
        **shown,
        positions=positions,
        hash=ask.desk.log.hashes(positions[:1])[positions[0]] if positions else None,
        receipts=[name for name in named if ask.desk.proofs.hands_out(name)],
        again=again,
        things=things,
        photo=photo,
        notes=[ask.speech.note(note.code, note.fields) for note in notes],
    )
