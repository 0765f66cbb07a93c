"""What the accounts of the books are called: ours by default, a company's own by a map (finance §16)."""

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any, Final, Literal

from ledger.errors import InputError
from ledger.exports.books import Account
from ledger.formats import toml_of

Format = Literal["hledger", "beancount"]

MAP: Final = "kaoji.books-map/v1"

_BLANKS: Final[dict[str, set[str]]] = {
    "owed": {"employee"},
    "handed": {"month", "employee"},
    "own": set(),
    "joint": set(),
    "performance": set(),
    "wages": set(),
    "written_off": set(),
}
"""Each account, and what its name must hold so that no two are one."""

_DEFAULTS: Final[dict[Format, dict[str, str]]] = {
    "hledger": {
        "owed": "資產:應收員工扣款:{employee}",
        "handed": "資產:已交薪資代扣:{month}:{employee}",
        "own": "收入:過失扣款",
        "joint": "收入:連帶責任扣款",
        "performance": "收入:績效獎扣",
        "wages": "負債:應付職工薪酬",
        "written_off": "費用:扣款核銷",
    },
    "beancount": {
        "owed": "Assets:Receivable:Staff:{employee}",
        "handed": "Assets:HandedToPayroll:{month}:{employee}",
        "own": "Income:Fines:Own",
        "joint": "Income:Fines:Joint",
        "performance": "Income:Performance",
        "wages": "Liabilities:WagesPayable",
        "written_off": "Expenses:WrittenOff",
    },
}

_PLAIN: Final = re.compile(r"[A-WYZ0-9][A-Za-z0-9-]*")
_BEANCOUNT: Final = re.compile(
    "(Assets|Liabilities|Income|Expenses|Equity)(:[A-Z0-9\u0080-\U0010ffff][A-Za-z0-9\u0080-\U0010ffff-]*)+"
)


def read_map(raw: bytes, form: Format) -> dict[str, str]:
    """The names a map gives, ours for the others. InputError `map_unreadable`, `map_key_unknown`, `map_account_wrong`."""
    try:
        values = toml_of(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as wrong:
        raise InputError("map_unreadable", reason=str(wrong)) from None
    if values.get("format") != MAP:
        raise InputError("map_format", expected=MAP)
    unknown = sorted({*values} - {"format", "name", "accounts"}) + sorted({*_accounts(values)} - {*_BLANKS})
    if unknown:
        raise InputError("map_key_unknown", key=unknown[0], known=", ".join(_BLANKS))
    names = _DEFAULTS[form] | _accounts(values)
    for account, name in names.items():
        _check(account, name, form)
    twice = [name for name in names.values() if list(names.values()).count(name) > 1]
    if twice:
        raise InputError("map_doubled", name=twice[0])
    return names


def _accounts(values: Mapping[str, Any]) -> dict[str, Any]:
    found = values.get("accounts", {})
    return found if isinstance(found, dict) else {"accounts": found}


def _check(account: str, name: Any, form: Format) -> None:
    """InputError `map_account_wrong` where a name cannot be one of this account's in this format."""
    wrong = InputError("map_account_wrong", account=account, name=str(name), blanks=_blanks_told(account))
    if not isinstance(name, str):
        raise wrong
    try:
        blanks = {blank for _, blank, _, _ in Formatter().parse(name) if blank is not None}
    except ValueError:
        raise wrong from None
    filled = name.format_map(dict.fromkeys(blanks, "X0")) if blanks == _BLANKS[account] else ""
    fits = (
        _BEANCOUNT.fullmatch(filled)
        if form == "beancount"
        else filled and not re.search(r"  |[;\n]|^\s|\s$", filled)
    )
    if not fits:
        raise wrong


def _blanks_told(account: str) -> str:
    return ", ".join(f"{{{blank}}}" for blank in sorted(_BLANKS[account])) or "–"


class Names:
    """The names of all accounts in a format."""

    def __init__(self, form: Format, raw: bytes | None = None) -> None:
        self._form = form
        self._names = _DEFAULTS[form] if raw is None else read_map(raw, form)

    def of(self, account: Account) -> str:
        """What an account is called."""
        kind, *rest = account
        filled = dict(zip(("employee",) if kind == "owed" else ("month", "employee"), rest, strict=False))
        return self._names[kind].format_map({name: self._part(value) for name, value in filled.items()})

    def _part(self, value: str) -> str:
        """An id as part of a name: beancount takes some characters only, and no two ids become one."""
        if self._form == "hledger" or _PLAIN.fullmatch(value):
            return value
        return "X" + value.encode().hex()
