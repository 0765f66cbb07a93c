"""What stands in a room is found, not listed: a file that is put there takes part (docs/adr/0007)."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def modules_of(room: str) -> list[ModuleType]:
    """Every module and package of a package, imported, in the order of their names. A room asks for its own."""
    path = import_module(room).__path__
    return [import_module(f"{room}.{found.name}") for found in iter_modules(path)]
