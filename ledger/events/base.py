"""The shape of an event: an immutable fact, and the envelope in which the log keeps it.

Law 1: an event says what happened and who says so; it holds no figures but published ones.
A kind's name is stored for ever; `schema_version` grows when its fields change, and an upcaster says how.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """An event, or a part of one that has fields of its own. What validates it is built when it is first used."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Event(Part):
    """A fact. Fields marked `PERSONAL` belong to a person and may be erased."""

    model_config = ConfigDict(populate_by_name=True)

    kind: ClassVar[str]
    schema_version: ClassVar[int] = 1

    @classmethod
    def personal_fields(cls) -> "dict[str, Personal]":
        """The stored name of each personal field, and its mark, which says whose it is."""
        return {
            field.alias or name: mark
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Personal)
        }


class CellEvent(Event):
    """An event of one employee's month: it has the fields `employee` and `month`, and that cell is drawn anew after it."""

    if TYPE_CHECKING:
        employee: str
        month: str


class SheetEvent(Event):
    """An event of one employee's appraisal sheet of a month: no money rests on it, and no cell is drawn anew after it."""

    if TYPE_CHECKING:
        employee: str
        month: str


SITE_OWNER: Final = "site/"
"""How the owner of words that are nobody's begins; no staff number has a stroke in it."""


class Personal:
    """Marks a field as sealed: `of` names the field that says whose words stand in it.

    `site` names the field with a site: then the words belong to nobody, or to nobody where `of` is empty, and are sealed
    under the site's key, which no erasure destroys.
    """

    def __init__(self, of: str | None = None, site: str | None = None) -> None:
        self.of = of
        self.site = site

    def owner(self, read: Callable[[str], Any]) -> str:
        """Whose key seals the words, by what `read` says of a field: a staff number, or `site/<site>`."""
        person = None if self.of is None else read(self.of)
        return f"{SITE_OWNER}{read(self.site)}" if person is None and self.site is not None else str(person)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its place in the log.

    `position` counts the ledger's events from 1 without gaps; `version` counts the stream's from 1.
    `recorded_at` is the machine's clock, `operator` who typed. `command` is the digest of the command that made
    the event, `subject` what that command was about, `step` its place among the command's events, from 0. `edition` says
    which edition of the deciding rules allowed it (domain §8); the first did not say. `clock` is what the machine's clock
    said where that lies before `recorded_at`, which never goes back.
    """

    position: int
    stream: str
    version: int
    recorded_at: datetime
    operator: str
    command: str
    subject: str
    step: int
    event: Event
    edition: int = 1
    clock: datetime | None = None

    @property
    def on_clock(self) -> datetime:
        """What the machine's clock said when this was recorded: by it the day is told."""
        return self.clock or self.recorded_at


E = TypeVar("E", bound=type[Event])
_REGISTRY: dict[str, type[Event]] = {}
_UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
_STATED: Final[dict[frozenset[str], set[str]]] = {}
"""The names of the fields that events state: kept once, since each event's own are a third of what it takes."""


def registered(cls: E) -> E:
    """Puts a class into the closed registry kind → class."""
    if cls.kind in _REGISTRY:
        raise TypeError(f"the event kind {cls.kind} is registered twice")
    _REGISTRY[cls.kind] = cls
    return cls


def upcaster(
    kind: str, from_version: int
) -> Callable[[Callable[[dict[str, Any]], dict[str, Any]]], Callable[[dict[str, Any]], dict[str, Any]]]:
    """Registers how stored fields of an older schema version become those of the next."""

    def register(
        step: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Callable[[dict[str, Any]], dict[str, Any]]:
        _UPCASTERS[kind, from_version] = step
        return step

    return register


def kinds() -> dict[str, type[Event]]:
    """The registry, kind → class, in the order of registration."""
    return dict(_REGISTRY)


def read_event(kind: str, schema_version: int, fields: dict[str, Any]) -> Event:
    """Stored fields to an event, upcast and validated. KeyError for an unknown kind, ValueError for bad fields."""
    cls = _REGISTRY[kind]
    if schema_version > cls.schema_version:
        raise ValueError(f"{kind} of schema version {schema_version} was written by a newer kaoji")
    while schema_version < cls.schema_version:
        fields = _UPCASTERS[kind, schema_version](fields)
        schema_version += 1
    event = cls.model_validate(fields)
    _share_names(event)
    return event


def _share_names(model: BaseModel) -> None:
    """What a model and its parts state has one set of names with all others that state the same; copies have their own."""
    names = model.__pydantic_fields_set__
    object.__setattr__(model, "__pydantic_fields_set__", _STATED.setdefault(frozenset(names), names))
    for value in vars(model).values():
        if type(value) is tuple:
            for part in value:
                if isinstance(part, BaseModel):
                    _share_names(part)


def write_fields(event: Event) -> dict[str, Any]:
    """An event's fields as JSON values; fields at their defaults are left out."""
    return event.model_dump(mode="json", by_alias=True, exclude_defaults=True)
