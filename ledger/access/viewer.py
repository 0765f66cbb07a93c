"""Who looks: a person by staff number, or whoever keeps the files and could read them anyway."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is recorded, under their own name."""

    employee: str


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whoever has the files. Withholding anything from them would only look like a protection."""


Viewer = Person | Keeper
