"""Mapping files of every format, looked at before they are used."""

from collections.abc import Mapping
from typing import Any

from ledger.errors import InputError
from ledger.exports import accounts
from ledger.imports import import_map, pay_map
from ledger.imports.headers import load_map

_FORMATS = (pay_map.FORMAT, import_map.FORMAT, accounts.MAP)


def checked(content: bytes) -> dict[str, Any]:
    """What a map file is: its format, which commands use it, its digest, and what it calls ours. InputError `map_*`."""
    said = import_map.read_toml(content).get("format")
    if said == pay_map.FORMAT:
        pay = pay_map.load(content)
        items = {"+".join(item.of) + f" {item.sign}": item.title for item in pay.items}
        names: dict[str, str] = {str(ours): theirs for ours, theirs in pay.columns.items()}
        return _told(said, ["export payroll", "import payroll"], pay.digest(), names | items)
    if said == import_map.FORMAT:
        sheet = load_map(content)
        return _told(said, ["import"], sheet.digest(), {ours: str(to) for ours, to in sheet.columns.items()})
    if said == accounts.MAP:
        return _of_books(content)
    raise InputError("map_format", expected=" | ".join(_FORMATS))


def _of_books(content: bytes) -> dict[str, Any]:
    """A map of account names fits one of the two programs or both; where neither, what the first says of it."""
    names: Mapping[str, str] = {}
    fits = []
    fault: InputError | None = None
    for form in ("hledger", "beancount"):
        try:
            names = accounts.read_map(content, form)
            fits.append(f"export books --format {form}")
        except InputError as error:
            fault = fault or error
    if not fits and fault is not None:
        raise fault
    return _told(accounts.MAP, fits, None, names)


def _told(form: str, used_by: list[str], digest: str | None, names: Mapping[str, str]) -> dict[str, Any]:
    return {"format": form, "used_by": used_by, "digest": digest, "names": dict(names)}
