"""The linter on the rules' figures: ranges that gape or overlap, totals that fall, values that cannot be meant."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, get_args

from ledger.policy.act_tables import DismissalSanction
from ledger.policy.diagnostic import Found, error, fen, items, listed, remark, warning, whole
from ledger.policy.source_lines import Path, at, key_of, name_of
from ledger.terms import format_money

_LONGEST_WINDOW: Final = 60
_MOST_A_POINT: Final = (
    100_000  # fen: with 9,999 points at most on a notice no sum leaves 64 bits (reading 28)
)
_MOST_AN_AMOUNT: Final = 100_000_000  # fen
_LAWFUL_WAGE_PERCENT: Final = 20  # 工資支付暫行規定 §16
_CHECKLIST: Final = get_args(get_args(DismissalSanction.model_fields["checklist"].annotation)[0])
_WINDOWS: Final = (
    ("appeals", "window_working_days"),
    ("appeals", "escalation_working_days"),
    ("appeals", "decision_working_days"),
    ("appraisal", "objection_working_days"),
)
_MONEY: Final = (
    ("schemes", "service_quality", "point_value"),
    ("schemes", "performance", "point_value"),
    ("surcharge", "amount"),
    ("rewards", "point_value"),
    ("sanctions", "administrative", "fine"),
)


def faults(document: dict[str, Any]) -> Iterator[Found]:
    """All faults of the rules' figures."""
    yield from _ranges(document)
    yield from _totals(document)
    yield from _money(document)
    yield from _windows(document)
    yield from _shares_and_repeats(document)
    yield from _notices(document)
    yield from _sanctions(document)
    yield from _clauses(document)


# --- ranges of points ---------------------------------------------------------------------------------


class _Range(NamedTuple):
    """A range of points; `high` None: no upper end."""

    low: int
    high: int | None
    path: Path
    band: str | None

    def overlap(self, other: "_Range") -> tuple[int, int | None] | None:
        low = max(self.low, other.low)
        ends = [end for end in (self.high, other.high) if end is not None]
        high = min(ends, default=None)
        return (low, high) if high is None or low <= high else None


def _ranges(document: dict[str, Any]) -> Iterator[Found]:
    ranges, all_read = _read_ranges(document)
    for found in ranges:
        if found.high is not None and found.high < found.low:
            yield error("range_empty", *found.path, "to_points", low=found.low, high=found.high)
            all_read = False
    sound = [found for found in ranges if found.high is None or found.low <= found.high]
    yield from _overlaps(document, sound)
    if at(document, ("bands",)) == []:
        yield warning("bands_none", "bands")
    elif all_read and len(sound) > 1:
        yield from _gaps(sound)
    for index, band in items(document, "bands"):
        if isinstance(band.get("reading"), str):
            points = name_of(band, index)
            yield remark("gap_read", "bands", index, "reading", points=points, reading=band["reading"])


def _read_ranges(document: dict[str, Any]) -> tuple[list[_Range], bool]:
    """Surcharge and bands whose ends can be read, by their lower end; and whether all could be."""
    tables: list[tuple[Path, Any]] = [(("surcharge",), at(document, ("surcharge",)))]
    tables += [(("bands", index), band) for index, band in enumerate(listed(document, "bands"))]
    found = []
    for path, table in tables:
        low, high = whole(table, "from_points"), whole(table, "to_points")
        open_ended = isinstance(table, dict) and path != ("surcharge",) and "to_points" not in table
        if low is not None and (high is not None or open_ended):
            found.append(_Range(low, high, path, at(table, ("band",))))
    return sorted(found, key=lambda r: (r.low, r.path != ("surcharge",))), len(found) == len(tables)


def _overlaps(document: dict[str, Any], ranges: list[_Range]) -> Iterator[Found]:
    for index, lower in enumerate(ranges):
        for upper in ranges[index + 1 :]:
            shared = lower.overlap(upper)
            if shared is not None:
                with_surcharge = ("surcharge",) in (lower.path, upper.path)
                tell = warning if with_surcharge else error
                code = "surcharge_in_band" if with_surcharge else "bands_overlap"
                band, other = (lower, upper) if upper.path == ("surcharge",) else (upper, lower)
                fields = {"points": _span(*shared), "other": key_of(document, other.path)}
                yield tell(code, *band.path, "from_points", **fields)
            if lower.band == "dismissal" and upper.band == "administrative":
                yield warning("bands_fall", *upper.path, "band", other=key_of(document, lower.path))


def _gaps(ranges: list[_Range]) -> Iterator[Found]:
    """Points above the lowest range to which no rule applies."""
    reached: int | None = ranges[0].high
    for found in ranges[1:]:
        if reached is None:
            return
        if found.low > reached + 1:
            points = _span(reached + 1, found.low - 1)
            yield warning("bands_gap", *found.path, "from_points", points=points)
        reached = None if found.high is None else max(reached, found.high)
    if reached is not None:
        yield warning("bands_end", "bands", points=_span(reached + 1, None))


def _span(low: int, high: int | None) -> str:
    """A range of points as people write it."""
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}-{high}"


def _totals(document: dict[str, Any]) -> Iterator[Found]:
    """A month's total that falls as points rise: the surcharge ends, and a point costs less than it did."""
    value, amount = (
        fen(document, "schemes", "service_quality", "point_value"),
        fen(document, "surcharge", "amount"),
    )
    last = whole(document, "surcharge", "to_points")
    if value is None or amount is None or last is None or not 0 <= value < amount or last < 1:
        return
    total = value * last + amount
    yield warning(
        "total_falls",
        "surcharge",
        "to_points",
        points=last,
        total=format_money(total),
        more=last + 1,
        less=format_money(value * (last + 1)),
        again=None if value == 0 else -(-total // value),
    )
    if at(document, ("no_worse", "enabled")) is False:
        yield warning("appeal_may_cost", "no_worse", "enabled", points=last, total=format_money(total))


# --- single values ------------------------------------------------------------------------------------


def _money(document: dict[str, Any]) -> Iterator[Found]:
    for path in _MONEY:
        if whole(document, *path) is not None:
            yield error("money_not_text", *path, value=at(document, path))
        amount, most = fen(document, *path), _MOST_A_POINT if path[-1] == "point_value" else _MOST_AN_AMOUNT
        if amount is not None and amount > most:
            yield error("amount_too_high", *path, value=at(document, path), most=format_money(most))
    if at(document, ("money",)) != "record_only":
        yield remark("fine_has_weak_ground", "money")
    for scheme in ("service_quality", "performance"):
        if fen(document, "schemes", scheme, "point_value") == 0:
            yield warning("point_worth_nothing", "schemes", scheme, "point_value")
    if fen(document, "rewards", "point_value") == 0:
        yield warning("point_worth_nothing", "rewards", "point_value")
    percent = whole(document, "wage_guard", "wage_percent")
    if percent == 0:
        yield warning("wage_percent_zero", "wage_guard", "wage_percent")
    if percent is not None and _LAWFUL_WAGE_PERCENT < percent <= 100:
        fields = {"percent": percent, "limit": _LAWFUL_WAGE_PERCENT}
        yield warning("wage_percent_above_law", "wage_guard", "wage_percent", **fields)


def _windows(document: dict[str, Any]) -> Iterator[Found]:
    for path in _WINDOWS:
        days = whole(document, *path)
        if days == 0:
            yield error("window_zero", *path)
        elif days is not None and days > _LONGEST_WINDOW:
            yield warning("window_long", *path, days=days)
    yield from _public_list(document)


def _public_list(document: dict[str, Any]) -> Iterator[Found]:
    """What a list makes public without anybody's consent (個人信息保護法 §§13, 25)."""
    if whole(document, "public_list", "correction_days") == 0:
        yield warning("correction_at_once", "public_list", "correction_days")
    by_name = at(document, ("public_list", "mode")) in (None, "masked")
    if not by_name or at(document, ("public_list", "basis")) == "consent":
        return
    if at(document, ("public_list", "mask_names")) is False:
        yield error("public_list_full_names", "public_list", "mask_names")
    else:
        yield warning("public_list_without_consent", "public_list", "mask_names")


def _shares_and_repeats(document: dict[str, Any]) -> Iterator[Found]:
    percent = whole(document, "joint_liability", "share_percent")
    if percent == 0:
        yield warning("share_of_nothing", "joint_liability", "share_percent")
    if percent == 100:
        yield warning("share_of_everything", "joint_liability", "share_percent")
    if whole(document, "repeats", "notices") == 1:
        yield error("repeat_of_one", "repeats", "notices")


def _notices(document: dict[str, Any]) -> Iterator[Found]:
    """Keys that are off by default, and need a source of their own where a version switches them on."""
    if whole(document, "notices", "not_after_days") == 0:
        yield warning("limitation_of_nothing", "notices", "not_after_days")
    stated = at(document, ("notices",))
    if isinstance(stated, dict) and stated and "source" not in stated:
        yield warning("source_missing", "notices", "source", name="source")
    for path in (("money",), ("sanctions", "expires_months")):
        source = (*path[:-1], path[-1].removesuffix("_months") + "_source")
        if at(document, path) is not None and at(document, source) is None:
            yield warning("source_missing", *source, name=source[-1])


def _sanctions(document: dict[str, Any]) -> Iterator[Found]:
    kinds = at(document, ("sanctions", "administrative", "kinds"))
    if kinds == []:
        yield warning("kinds_none", "sanctions", "administrative", "kinds")
    if fen(document, "sanctions", "administrative", "fine") == 0:
        yield warning("fine_of_nothing", "sanctions", "administrative", "fine")
    checklist = at(document, ("sanctions", "dismissal", "checklist"))
    if isinstance(checklist, list):
        left_out = [item for item in _CHECKLIST if item not in checklist]
        if left_out:
            fields = {"left_out": ", ".join(left_out)}
            yield warning("checklist_short", "sanctions", "dismissal", "checklist", **fields)
    for path in (("sanctions", "administrative", "kinds"), ("sanctions", "dismissal", "checklist")):
        values = listed(document, *path)
        for index, item in enumerate(values):
            if item in values[:index]:
                yield warning("listed_twice", *path, index, value=item)


def _clauses(document: dict[str, Any]) -> Iterator[Found]:
    if at(document, ("clauses",)) == []:
        yield warning("clauses_none", "clauses")
    seen: set[str] = set()
    for index, clause in items(document, "clauses"):
        path = ("clauses", index)
        code = clause.get("code")
        low, high = whole(clause, "min_points"), whole(clause, "max_points")
        if low is not None and high is not None and low > high:
            yield error("limits_reversed", *path, "min_points", low=low, high=high)
        if not isinstance(code, str):
            continue
        if code in seen:
            yield error("clause_twice", *path, "code", clause=code)
        seen.add(code)
        scheme = "performance" if code.startswith("PF-") else "service_quality"  # reading 19
        if clause.get("scheme") in ("performance", "service_quality") and clause["scheme"] != scheme:
            yield error("clause_scheme", *path, "scheme", clause=code, scheme=scheme)
