"""What was shown before something was recorded: the second step carries its digest."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.application.recording import Applied


def digest_of(tried: "Applied") -> str:
    """The SHA-256 (hex) of what a command would change, without the positions and numbers that others' recordings move."""
    if tried.impact is None:
        return hashlib.sha256(b"").hexdigest()
    shown = json.dumps(_unplaced(tried.impact.values()), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()


def _unplaced(value: Any) -> Any:
    if isinstance(value, list):
        return [_unplaced(each) for each in value]
    if isinstance(value, dict):
        return {name: _unplaced(each) for name, each in value.items() if name not in ("because", "position")}
    return value
