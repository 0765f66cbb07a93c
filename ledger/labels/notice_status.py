"""How a notice stands, as it is told: one that goes by the handbook counts like one under appeal, and is not called so."""

from collections.abc import Mapping
from typing import Any


def notice_status(notice: Mapping[str, Any]) -> str:
    """The code whose word is shown for a notice, of its `status` and its open handbook `case`, if it has one (篇4 4.5.2)."""
    is_referred = notice["status"] == "contested" and notice.get("case") is not None
    return "handbook_referred" if is_referred else str(notice["status"])
