"""Why an appraisal sheet says what it says: each dimension is a sum of lines with their causes (law 4; appraisal §10.2)."""

from collections.abc import Iterable

from ledger.policy.model import Policy
from ledger.reckoning.appraisal_facts import Counted, DimensionScore, Sheet, SheetFacts, limited
from ledger.reckoning.explain import Explained, Line

_SHEET = "篇4 4.2"
_MARKS = "篇4 4.3"
_NOTICES = "篇4 4.5.1"
_PUBLISHED = "篇4 4.3.6"


def explain_sheet(sheet: Sheet, facts: SheetFacts, policy: Policy) -> tuple[Explained, ...]:
    """Figures `appraisal.a` to `appraisal.f`, `appraisal` and `appraisal.bonus`, in points; lines add up to each.

    Where nobody looked there is no figure: the score is null, and nothing adds up to it.
    """
    if sheet.unchecked:
        return ()
    figures = [_dimension(score, sheet, facts, policy) for score in sheet.dimensions]
    score, bonus = sheet.score or 0, sheet.bonus_score or 0
    total = [_of(figure, int(figure.value), policy) for figure in figures]
    more = [_more(each, policy) for each in sheet.dimensions if each.bonus != each.final]
    return (
        *figures,
        Explained("appraisal", "points", score, tuple(total)),
        Explained("appraisal.bonus", "points", bonus, (_of_total(score, policy), *more)),
    )


def _line(
    amount: int, rule: str, clause: str, policy: Policy, at: Iterable[int] = (), **told: str | None
) -> Line:
    return Line(amount, policy.version, rule, clause, tuple(at), **told)


def _of(figure: Explained, amount: int, policy: Policy) -> Line:
    """A dimension as a line of the score."""
    at = sorted({position for line in figure.lines for position in line.rests_on})
    return _line(amount, "appraisal.dimensions", _SHEET, policy, at, of=figure.figure)


def _of_total(score: int, policy: Policy) -> Line:
    return _line(score, "appraisal.bonus", "篇4 4.4.2", policy, of="appraisal")


def _more(score: DimensionScore, policy: Policy) -> Line:
    """What money has been taken for already lowers no bonus."""
    of = f"appraisal.{score.code}"
    return _line(score.bonus - score.final, "appraisal.bonus", "篇4 4.4.2", policy, of=of, status="not_twice")


def _dimension(score: DimensionScore, sheet: Sheet, facts: SheetFacts, policy: Policy) -> Explained:
    """start, each mark, each own notice, the limit, what publication keeps, and the difference to the verified score."""
    index = next(i for i, rule in enumerate(policy.appraisal.dimensions) if rule.code == score.code)
    rule = f"appraisal.dimensions.{index}"
    source = policy.appraisal.dimensions[index].source
    lines = [_line(score.maximum, rule, source, policy, status="start")]
    lines += [_mark(each, policy) for each in sheet.marks if each.mark.dimension == score.code]
    lines += [
        _line(
            -notice.points,
            "appraisal.notices_on_sheet",
            _NOTICES,
            policy,
            notice.positions,
            notice=notice.notice,
        )
        for notice in sheet.own
        if notice.dimension == score.code
    ]
    raw = score.maximum + score.counted - score.own
    if limited(raw, score.maximum) != raw:
        lines.append(_line(score.computed - raw, rule, source, policy, status="limit"))
    lines += _prevailing(score, facts, policy)
    return Explained(f"appraisal.{score.code}", "points", score.final, tuple(lines))


def _mark(counted: Counted, policy: Policy) -> Line:
    mark, tied = counted.mark, counted.tied
    told: dict[str, str | None] = {"status": None if counted.why == "counted" else counted.why}
    if tied is not None:
        told["notice"] = tied.notice
    at = sorted({*mark.positions, *(() if tied is None or counted.counts else tied.positions)})
    return _line(counted.counts, "appraisal.kinds", _MARKS, policy, at, check=mark.check, **told)


def _prevailing(score: DimensionScore, facts: SheetFacts, policy: Policy) -> list[Line]:
    """What keeps a published score from falling, and what a verification adds to it."""
    lines: list[Line] = []
    value = score.computed
    published = score.published if facts.published_at is not None else None
    verified = facts.verified.get(score.code)
    lowers = policy.appraisal.verify_may_lower and verified is not None
    if published is not None and published > value and not lowers:
        at = () if facts.published_at is None else (facts.published_at,)
        lines.append(_line(published - value, "appraisal", _PUBLISHED, policy, at, status="published"))
        value = published
    if verified is not None and score.final != value:
        at = (verified.position,)
        rule = "appraisal.verify_may_lower" if lowers else "appraisal.verifiers"
        lines.append(_line(score.final - value, rule, _PUBLISHED, policy, at, status="verified"))
    return lines
