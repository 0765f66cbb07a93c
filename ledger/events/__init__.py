"""What can happen: frozen models by subject, in a closed registry kind → class.

Importing this room imports every module of it and so fills the registry: every stored event can be read. An event is
imported from the module of its subject; here stands what holds for all.
"""

from ledger.events.base import (
    SITE_OWNER,
    CellEvent,
    Event,
    Personal,
    Recorded,
    SheetEvent,
    kinds,
    read_event,
    upcaster,
    write_fields,
)
from ledger.events.trusted import trusted_kind
from ledger.rooms import modules_of

modules_of(__name__)

__all__ = [
    "SITE_OWNER",
    "CellEvent",
    "Event",
    "Personal",
    "Recorded",
    "SheetEvent",
    "kinds",
    "read_event",
    "trusted_kind",
    "upcaster",
    "write_fields",
]
