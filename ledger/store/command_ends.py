"""Where commands end, as the registry of them says it and the events beside the place bear out.

A row that was changed, taken away or put in would cut the past elsewhere; so the event behind the cut is read with its leaf.
"""

from datetime import datetime

from ledger.store.log import Log
from ledger.store.schema import commands


def command_end(log: Log, position: int) -> int:
    """The end of the last command that lies whole within a position; 0 where none does. StoreError `registry_unproven`."""
    end, last = log.registry.command_end(position), log.position()
    within = min(max(position, 0), last)
    if within == last:
        is_right = end == last
    else:  # behind the position stands the event of the next command that lies just so far behind its beginning
        (behind,) = log.at([within + 1])
        is_right = behind.step == within - end
    return _borne_out(log, end, is_right)


def end_by(log: Log, instant: datetime) -> int:
    """The end of the last command recorded by an instant; 0 where none was. StoreError `registry_unproven`."""
    end, last = log.registry.end_by(instant), log.position()
    beside = log.at(each for each in (end, end + 1) if 0 < each <= last)
    is_right = end <= last and all(
        each.recorded_at <= instant if each.position == end else each.recorded_at > instant and each.step == 0
        for each in beside
    )
    return _borne_out(log, end, is_right)


def _borne_out(log: Log, end: int, is_right: bool) -> int:
    if not is_right:
        raise log.registry.unproven(commands.name)
    return end
