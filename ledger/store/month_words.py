"""How the month that an event names is found in its stored bytes, in either database's words and here. Needs nothing."""

from typing import Final

_BEFORE: Final = '"month":"'
"""What stands before the month of an event; in no text, where every quote is escaped."""
_BYTES: Final = _BEFORE.encode()
_MONTH: Final = {
    "sqlite": (
        f"(CASE WHEN instr(state, X'{_BYTES.hex()}') > 0"
        f" THEN CAST(substr(state, instr(state, X'{_BYTES.hex()}') + {len(_BEFORE)}, 7) AS TEXT) ELSE '' END)"
    ),
    "postgresql": (
        f"""(coalesce("substring"(encode(state, 'escape'), '{_BEFORE}([0-9]{{4}}-[0-9]{{2}})"'), ''))"""
    ),
}
_AT: Final = f"position(decode('{_BYTES.hex()}', 'hex') IN state)"
_TOLD: Final = f"encode(substring(state FROM {_AT} + {len(_BEFORE)} FOR 7), 'escape')"
MONTH_IN_BYTES: Final = f"(CASE WHEN {_AT} > 0 THEN {_TOLD} ELSE '' END)"
"""The same for a server and an event as it is written here, in less time than the words of the index take."""


def month_in(dialect: str) -> str:
    """The words for the month of an event, as the index has them: only so does a database find it there."""
    return _MONTH[dialect]


def stands_in(dialect: str) -> str:
    """The words for whether some bytes stand in those of an event."""
    return "instr(state, ?) > 0" if dialect == "sqlite" else "position(CAST(? AS bytea) IN state) > 0"


def month_of_bytes(state: bytes) -> str:
    """The month that an event's stored bytes name; empty where they name none."""
    at = state.find(_BYTES)
    return "" if at < 0 else state[at + len(_BYTES) : at + len(_BYTES) + 7].decode()
