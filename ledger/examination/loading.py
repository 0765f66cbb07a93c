"""Reading a question bank from its document, and those of the house."""

from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from pydantic import ValidationError

from ledger.errors import InputError
from ledger.examination.bank import Bank
from ledger.examination.book import AdoptedBank, BankBook
from ledger.formats import reason_of
from ledger.policy import loading

HOUSES: Final = {"house-exam-1": None, "house-exam-2": date(2026, 12, 1)}
"""The banks of the house, and from which day on each is in force (None: from the beginning). They never change."""
HOUSE: Final = "house-exam-2"
"""The latest of them."""

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


def house_text(version: str = HOUSE) -> str:
    """A bank of the house as it is written: one that takes over another's text is that with what it says otherwise."""
    written = resources.files("ledger.examination").joinpath(f"{version}.toml").read_text("utf-8")
    told = loading.read_toml(written)
    return written if "takes_over" not in told else _told_anew(told)


def _told_anew(changes: dict[str, Any]) -> str:
    """The text of the former bank with another name and other cases; each stands there once."""
    former = changes["takes_over"]
    text = house_text(former)
    cases = {each["code"]: each["case"] for each in house_document(former)["questions"]}
    lines = {f'version = "{former}"': f'version = "{changes["version"]}"'}
    for code, words in changes["case"].items():
        lines |= {f'{name} = "{cases[code][name]}"': f'{name} = "{said}"' for name, said in words.items()}
    for old, new in lines.items():
        before, after = text.split(f"\n{old}\n")
        text = f"{before}\n{new}\n{after}"
    return text


@cache
def house_document(version: str = HOUSE) -> dict[str, Any]:
    """The same as a document; callers must not change it."""
    return loading.read_toml(house_text(version))


@lru_cache(maxsize=1)
def house_book() -> BankBook:
    """The banks of a ledger that has adopted none: those of the house, each in force at every site from its day on."""
    banks = ((version, house_document(version)) for version in HOUSES)
    return BankBook(
        tuple(AdoptedBank(parse(each), None, HOUSES[version], 0, digest(each)) for version, each in banks)
    )
