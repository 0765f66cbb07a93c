"""Mapping files `kaoji.payroll-map/v1`: the sheet a payroll program takes, and what it gives back (finance §12)."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.errors import InputError
from ledger.imports.import_map import ImportMap, read_toml, wrong_map
from ledger.terms import COMPONENTS, Component, EmployeeId, ReturnReason

FORMAT: Final = "kaoji.payroll-map/v1"
ITEM: Final = "item "
"""Before the title of a pay item: what a return's column of it is called as a field."""

Sign = Literal["deduct", "pay"]
Column = Literal["employee", "name", "department", "month", "remark", "item", "amount"]
_Title = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SheetPart(_Part):
    """The sheet: wide with a column for each pay item, or long with a row for each person and pay item."""

    title: Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\]+$")]
    layout: Literal["wide", "long"] = "wide"
    rows_before_header: tuple[tuple[str, ...], ...] = ()
    period: Literal["YYYY-MM", "YYYYMM", "YYYY年M月"] = "YYYY-MM"
    leave_out_zero: bool = False
    alone: bool = False


class PayItem(_Part):
    """A pay item: which components of which sign; `shown` says how an amount to be paid out is written."""

    title: _Title
    of: Annotated[tuple[Component, ...], Field(min_length=1)]
    sign: Sign
    shown: Literal["positive", "negative"] = "positive"


class ReturnPart(_Part):
    """The columns of what comes back, each by the titles it may have; `items`: what was taken is their sum.

    In a long sheet `deducted` is the column of what was taken of a pay item, and `items` are those that are returned.
    """

    employee: tuple[_Title, ...] = ()
    deducted: tuple[_Title, ...] = ()
    reason: tuple[_Title, ...] = ()
    items: tuple[_Title, ...] = ()


class PayMap(_Part):
    """A mapping file. `columns` ours → theirs, in the order wanted; `employees`, `departments` ours → theirs."""

    format: Literal["kaoji.payroll-map/v1"]
    name: _Title
    sheet: SheetPart
    columns: dict[Column, _Title]
    items: Annotated[tuple[PayItem, ...], Field(min_length=1)]
    employees: dict[EmployeeId, _Title] = {}
    departments: dict[str, _Title] = {}
    returned: Annotated[ReturnPart, Field(alias="return")] = ReturnPart()
    reasons: dict[str, ReturnReason] = {}

    def digest(self) -> str:
        """SHA-256 (hex) of what the map says, in sorted compact JSON."""
        said = self.model_dump(mode="json", exclude_unset=True, by_alias=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_long(self) -> bool:
        """Whether a sheet has a row for each person and pay item."""
        return self.sheet.layout == "long"

    def item(self, title: str) -> PayItem | None:
        """A pay item by its title."""
        return next((item for item in self.items if item.title == title), None)


def load(content: bytes) -> PayMap:
    """A mapping file's bytes to a map. InputError `map_unreadable`, `map_format`, `map_wrong`, `map_incomplete`, …"""
    document = read_toml(content)
    if document.get("format") != FORMAT:
        raise InputError("map_format", expected=FORMAT)
    try:
        found = PayMap.model_validate(document)
    except ValidationError as error:
        raise wrong_map(error) from None
    _check(found)
    return found


def is_one(content: bytes) -> bool:
    """Whether a map file says that it is of this format."""
    return bool(read_toml(content).get("format") == FORMAT)


def _check(found: PayMap) -> None:
    """Every component and sign has exactly one pay item, and nothing is called like another."""
    said = Counter((component, item.sign) for item in found.items for component in item.of)
    for component in COMPONENTS:
        for sign in ("deduct", "pay"):
            if said[component, sign] == 0:
                raise InputError("map_incomplete", missing=f"{component}, {sign}")
            if said[component, sign] > 1:
                raise InputError("map_doubled", name=f"{component} {sign}")
    long = found.is_long
    needed: tuple[Column, ...] = ("employee", "item", "amount") if long else ("employee",)
    for column in needed:
        if column not in found.columns:
            raise InputError("map_column_missing", field=column)
    titles = [*found.columns.values(), *([] if long else [item.title for item in found.items])]
    _once([title.casefold() for title in titles])
    _once([item.title for item in found.items])
    _once(found.employees.values())
    for title in found.returned.items:
        if found.item(title) is None:
            raise InputError("map_item_unknown", item=title)


def _once(names: Iterable[str]) -> None:
    """InputError `map_doubled` where a name stands twice."""
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise InputError("map_doubled", name=twice[0])


def for_return(found: PayMap) -> ImportMap:
    """How the sheet that comes back is read: its columns by their titles, their numbers and words as ours."""
    back = found.returned
    columns: dict[str, Any] = {
        "employee": list(back.employee) or [found.columns["employee"]],
        "deducted": list(back.deducted),
        "reason": list(back.reason),
    }
    if "name" in found.columns:
        columns["name"] = [found.columns["name"]]
    if found.is_long:
        columns["item"] = [found.columns["item"]]
    else:
        columns |= {f"{ITEM}{title}": [title] for title in back.items}
    values: dict[str, dict[str, str]] = {"reason": dict(found.reasons)}
    values["employee"] = {theirs: ours for ours, theirs in found.employees.items()}
    return ImportMap.model_validate(
        {
            "columns": {field: titles for field, titles in columns.items() if titles},
            "values": {field: said for field, said in values.items() if said},
        }
    )
