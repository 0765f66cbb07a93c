"""The menu: where each entry leads, and of which entry a page is; most pages are about one site."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from ledger.subjects import KINDS

if TYPE_CHECKING:
    from web.ask import Ask

PATHS: Final = {
    "due": "/due",
    "me": "/me",
    "issue": "/notices/new",
    "inspections": "/inspections",
    "sheets": "/sheets",
    "actions": "/actions",
    "exams": "/exams",
    "notices": "/notices",
    "appeals": "/appeals",
    "appraisals": "/appraisals",
    "months": "/months",
    "payroll": "/payroll",
    "people": "/people",
    "public_list": "/public-list",
    "rules": "/policy",
    "fairness": "/fairness",
    "audit": "/audit",
    "readings": "/readings",
    "typing": "/typing",
    "proposals": "/proposals",
    "accounts": "/accounts",
}
"""The entries in their order, and where they lead."""

_BESIDE: Final = {
    "/causes": "actions",
    "/checks": "actions",
    "/bonus": "payroll",
    "/unstated": "months",
    "/policy/try": "months",
    "/appeals/new": "appeals",
    "/exams/banks": "exams",
    "/proposals/new": "proposals",
    "/typing/issue_notice": "typing",
}
"""Pages that stand under another entry than they lie, or are of a site where those around them are of none."""

_OF_NO_SITE: Final = frozenset(
    {
        *("/me", "/policy", "/audit", "/readings", "/typing", "/proposals"),
        *("/appeals/new", "/exams/banks"),
    }
)
"""Where pages are about oneself, about what is typed there, or about all sites."""

_BY_ITSELF: Final = ("/me", "/notices", "/notices/new")
"""Where pages that lie below stand under no entry."""

_KEPT: Final = ("month", "who", "what", "q", "by", "scheme", "as_of", "lang")
"""What a page goes on being asked with where another site is chosen."""

_ENTRIES: Final = {path: entry for entry, path in PATHS.items()} | _BESIDE
_LONGEST_FIRST: Final = sorted(_ENTRIES, key=len, reverse=True)


def entry_of(path: str) -> str | None:
    """The entry under which a page stands; None: under none."""
    at = _at(path)
    return None if at is None else _ENTRIES[at]


def _at(path: str) -> str | None:
    plain = path.removesuffix(".json")
    return next((at for at in _LONGEST_FIRST if plain == at or plain.startswith(f"{at}/")), None)


def kept_elsewhere(ask: "Ask") -> list[tuple[str, str]]:
    """What the same page of another site is asked with."""
    asked = ask.request.query_params
    return [(name, asked[name]) for name in _KEPT if asked.get(name)]


def choices_of(ask: "Ask") -> Mapping[str, str]:
    """The sites of which a page may be shown, each with its name, where there are several; none of the page of a thing."""
    request, place = ask.request, ask.place
    of_a_site = _at(request.url.path) not in {None, *_OF_NO_SITE} and request.path_params.keys().isdisjoint(
        KINDS
    )
    several = len({*place.choices, place.site}) > 1
    return place.choices if of_a_site and several else {}


def leading(ask: "Ask", entries: Collection[str]) -> list[tuple[str, str, bool]]:
    """The entries somebody has use for, each with its address and whether the page stands under it.

    It leads to the site that is asked for, where it is of use there.
    """
    site = ask.query("site")
    here = ask.request.url.path
    return [
        (
            entry,
            ask.link(path, site=site if entry in ask.place.entries else ""),
            here == path or (path not in _BY_ITSELF and here.startswith(f"{path}/")),
        )
        for entry, path in PATHS.items()
        if entry in entries
    ]
