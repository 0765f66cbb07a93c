"""Evidence as events keep it: a file's name and SHA-256, while the file itself stays outside (domain §2)."""

from collections.abc import Iterable

from ledger.commands.notices import Evidence
from ledger.events.notices import EvidenceFile


def files_of(evidence: Iterable[Evidence] | None) -> tuple[EvidenceFile, ...]:
    """The files that a command names; none where it names none."""
    return tuple(EvidenceFile(name=each.name, sha256=each.sha256) for each in evidence or ())
