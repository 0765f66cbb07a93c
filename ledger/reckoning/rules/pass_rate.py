"""The pass rate of a round 合格率: what was ok of what could be judged (appraisal §9.1; 篇4 3.5)."""


def pass_rate(ok: int, fault: int) -> int | None:
    """In tenths of a percent, half up; None where neither was answered. What was not seen is never ok."""
    asked = ok + fault
    return (2_000 * ok + asked) // (2 * asked) if asked else None
