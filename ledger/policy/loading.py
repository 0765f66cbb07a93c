"""Reading a policy document from TOML or JSON values, and the digest that names its exact content."""

import hashlib
import json
import tomllib
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import orjson
from pydantic import ValidationError

from ledger.errors import InputError
from ledger.formats import reason_of, toml_of
from ledger.policy.model import Policy

_HOUSE: Final = "house.toml"
_FORMER_HOUSE: Final = "house-1.toml"


def plain(value: Any) -> Any:
    """A document's values as JSON values (TOML dates become `YYYY-MM-DD`)."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def read_toml(text: str) -> dict[str, Any]:
    """A TOML policy file as a document. InputError `policy_not_toml` names the line."""
    try:
        document: dict[str, Any] = plain(toml_of(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError("policy_not_toml", reason=str(error)) from None
    return document


def parse(document: dict[str, Any]) -> Policy:
    """A document to a Policy. InputError `policy_wrong` names the key path and the reason."""
    try:
        return Policy.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"]) or "policy"
        raise InputError("policy_wrong", path=path, reason=reason_of(first).shortened()) from None


_adopted: dict[bytes, Policy] = {}


def parse_adopted(document: dict[str, Any]) -> Policy:
    """The same for a document the ledger adopted, which is read again and again: parsed once a content."""
    content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    if content not in _adopted:
        _adopted[content] = parse(document)
    return _adopted[content]


def digest(document: dict[str, Any]) -> str:
    """SHA-256 (hex) of a document in sorted, compact JSON."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def house_text(file: str = _HOUSE) -> str:
    """The default house rules as they are written; `file` names those of an earlier version."""
    return resources.files("ledger.policy").joinpath(file).read_text("utf-8")


@lru_cache(maxsize=1)
def house_rules() -> dict[str, Any]:
    """The default house rules as a document; callers must not change it."""
    return read_toml(house_text())


@lru_cache(maxsize=1)
def former_house_rules() -> dict[str, Any]:
    """The house rules that ledgers begun before hold, for comparison; callers must not change them."""
    return read_toml(house_text(_FORMER_HOUSE))
