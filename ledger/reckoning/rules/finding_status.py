"""Where a finding stands: a pure function of what became of it (appraisal §9.1; 篇3 4.1.3)."""

from collections.abc import Sequence


def finding_status(
    notices: Sequence[str], marked: bool = False, dropped: bool = False, rectified: bool = False
) -> str:
    """noticed, revoked, dropped, marked, rectified or open.

    `notices` is how each notice of it stands (`stands`, `withdrawn`, or set aside for good), in the order of recording:
    one that stands counts before all; where the last was set aside for good, the same facts are not charged again; where
    it was withdrawn, the finding is open again.
    """
    if "stands" in notices:
        return "noticed"
    if notices and notices[-1] != "withdrawn":
        return "revoked"
    if dropped:
        return "dropped"
    if marked:
        return "marked"
    return "rectified" if rectified else "open"
