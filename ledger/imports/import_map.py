"""Map files `kaoji.import-map/v1`: a company's own headers, constants and words for a sheet (finance §15)."""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.errors import InputError
from ledger.formats import EARLIEST_YEAR, LATEST_YEAR, reason_of, toml_of
from ledger.imports.table import MAX_COLUMNS, MAX_ROWS

FORMAT = "kaoji.import-map/v1"


_Header = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SheetPart(_Part):
    """Which sheet, where its header stands and where it ends; rows from 1."""

    name: Annotated[str, Field(min_length=1)] | None = None
    header_row: Annotated[int, Field(ge=1, le=MAX_ROWS)] | None = None
    last_row: Annotated[int, Field(ge=1)] | None = None


class DatesPart(_Part):
    """The year of days that are written without one."""

    year: Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)] | None = None


class TimePart(_Part):
    """What holds where a row has no clock time: refuse, or that of the day."""

    missing: Annotated[str, Field(pattern=r"^(refuse|([01]\d|2[0-3]):[0-5]\d)$")] = "refuse"


class IdsPart(_Part):
    """What made ids begin with."""

    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,50}$")] | None = None


class ImportMap(_Part):
    """A map file. `columns`: field = header, or the number of a column from 1, or headers of which one may stand there;
    `values`: field → written → meant.
    """

    format: Literal["kaoji.import-map/v1"] = "kaoji.import-map/v1"
    sheet: SheetPart = SheetPart()
    columns: dict[str, _Header | Annotated[int, Field(ge=1, le=MAX_COLUMNS)] | list[_Header]] = {}
    constants: dict[str, str | int] = {}
    values: dict[str, dict[str, str]] = {}
    dates: DatesPart = DatesPart()
    time: TimePart = TimePart()
    ids: IdsPart = IdsPart()
    match_names: bool = False

    def digest(self) -> str:
        """SHA-256 (hex) of what the map says, in sorted compact JSON."""
        said = self.model_dump(mode="json", exclude_unset=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


NO_MAP = ImportMap()


def load(content: bytes) -> ImportMap:
    """A map file's bytes to a map. InputError `map_unreadable`, `map_format`, `map_wrong` names the key and the reason."""
    document = read_toml(content)
    if document.get("format") != FORMAT:
        raise InputError("map_format", expected=FORMAT)
    try:
        return ImportMap.model_validate(document)
    except ValidationError as error:
        raise wrong_map(error) from None


def wrong_map(error: ValidationError) -> InputError:
    """The first fault of a map's validation, with the key it stands at."""
    first = error.errors(include_url=False)[0]
    return InputError("map_wrong", path=".".join(map(str, first["loc"])), reason=reason_of(first).shortened())


def read_toml(content: bytes) -> dict[str, Any]:
    """A TOML document. InputError `map_unreadable`."""
    try:
        return toml_of(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError("map_unreadable", reason=str(error)) from None
