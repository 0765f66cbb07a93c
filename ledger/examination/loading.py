"""Reading a question bank from its document, and the bank in force from the beginning."""

from functools import lru_cache
from importlib import resources
from typing import Any, Final

from pydantic import ValidationError

from ledger.errors import InputError
from ledger.examination.bank import Bank
from ledger.examination.book import AdoptedBank, BankBook
from ledger.formats import reason_of
from ledger.policy import loading

_HOUSE: Final = "house-exam-1.toml"

digest = loading.digest
"""SHA-256 (hex) of a document in sorted, compact JSON, as of a policy."""


def parse(document: dict[str, Any]) -> Bank:
    """A document to a bank. InputError `bank_wrong` names the key path and the reason."""
    try:
        return Bank.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"]) or "bank"
        raise InputError("bank_wrong", path=path, reason=reason_of(first).shortened()) from None


_adopted: dict[str, Bank] = {}


def parse_adopted(document: dict[str, Any], name: str) -> Bank:
    """The same for a document the ledger adopted under a digest, which is read again and again: parsed once."""
    if name not in _adopted:
        _adopted[name] = parse(document)
    return _adopted[name]


def house_text() -> str:
    """The bank in force from the beginning, as it is written."""
    return resources.files("ledger.examination").joinpath(_HOUSE).read_text("utf-8")


@lru_cache(maxsize=1)
def house_document() -> dict[str, Any]:
    """The same as a document; callers must not change it."""
    return loading.read_toml(house_text())


@lru_cache(maxsize=1)
def house_book() -> BankBook:
    """The banks of a ledger that has adopted none: that of the house, in force at every site from the beginning."""
    document = house_document()
    return BankBook((AdoptedBank(parse(document), None, None, 0, digest(document)),))
