"""What an answer gets of two markers, and of a third where they differ (appraisal §9.4; 篇2; reading 30).

Marks are whole; what an answer gets is counted in halves, for a mean of two may be one.
"""

from typing import Literal


def differ(a: int, b: int, tolerance: int) -> bool:
    """Whether two markers are so far apart that a third is asked."""
    return abs(a - b) > tolerance


def final_mark(
    a: int, b: int, third: int | None, tolerance: int, rule: Literal["nearest", "third"]
) -> int | None:
    """The mark in halves: the mean of the two, else with the third; None while the third is missing.

    `nearest`: the mean of the third and the nearer of the two that is within tolerance of it, of two equally near the
    higher; with neither the third stands. `third`: the third always stands.
    """
    if not differ(a, b, tolerance):
        return a + b
    if third is None:
        return None
    near = [mark for mark in (a, b) if not differ(mark, third, tolerance)]
    if rule == "third" or not near:
        return 2 * third
    return third + max(near, key=lambda mark: (-abs(mark - third), mark))
