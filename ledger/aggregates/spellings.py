"""Names and ids that look like another one: a department spelt otherwise is refused, a staff number is told (domain §1)."""

import re
from unicodedata import category, normalize

from ledger.aggregates.context import DecisionContext
from ledger.errors import Taken

_MINUS = "\u2212"
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)", re.ASCII)
_LETTER_FOR_ZERO = re.compile(r"(?<=[a-z])o+(?=\d)|(?<=\d)o+", re.ASCII)


def look_of(department: str) -> str:
    """What two spellings of one department share: width, case, blanks, hyphens and 台/臺 aside."""
    folded = normalize("NFKC", department).casefold().replace("台", "臺")
    return "".join(c for c in folded if not (c.isspace() or c == _MINUS or category(c) in ("Cf", "Cc", "Pd")))


def look_of_id(name: str) -> str:
    """What two ids share that are easily taken for each other: case, leading zeros, and the letter O for a zero."""
    folded = _LETTER_FOR_ZERO.sub("0", normalize("NFKC", name).strip().casefold())
    return _ZEROS.sub("", folded)


def require_meant(context: DecisionContext, site: str, department: str | None) -> None:
    """A department that is new differs from those in use by more than its spelling. Taken `department_spelt_otherwise`.

    What is in use stays valid, in whatever spellings; a site's heads are asked first, who cost nothing to find.
    """
    if department is None or any(a.department == department for a in context.site(site).appointments):
        return
    known = context.departments(site)
    if department in known:
        return
    look = look_of(department)
    meant = sorted(each for each in known if look_of(each) == look)
    if meant:
        error = Taken("department_spelt_otherwise", department=department, meant=meant[0], site=site)
        raise error.at(field="department")
