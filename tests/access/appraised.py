"""August appraised in the sample office: one department open, one published, one reported, one certified."""

from typing import Any

MONTH = "2026-08"


def mark(
    check: str, employee: str, scored: str, by: str, kind: str, on: str, note: str, **more: Any
) -> dict[str, Any]:
    """A mark; `scored` is the dimension and the points, such as `d-2`."""
    return {
        "do": "record_check",
        "check": check,
        "employee": employee,
        "kind": kind,
        "dimension": scored[0],
        "points": int(scored[1:]),
        "note": note,
        "by": by,
        "on": on,
        **more,
    }


def step(do: str, department: str, by: str, on: str, **more: Any) -> dict[str, Any]:
    """A step of a department's month from publication to approval."""
    found = {"do": f"{do}_appraisal", "site": "jinse", "month": MONTH, "department": department}
    return {**found, "by": by, "on": on, **more}


def objection(
    name: str, employee: str, dimension: str, on: str, statement: str, **more: Any
) -> dict[str, Any]:
    """An objection to a dimension of somebody's sheet."""
    return {
        "do": "object_appraisal",
        "objection": name,
        "employee": employee,
        "month": MONTH,
        "dimension": dimension,
        "statement": statement,
        "on": on,
        **more,
    }


def verified(name: str, score: int, by: str, on: str, reasons: str) -> dict[str, Any]:
    """The score that prevails."""
    return {
        "do": "verify_appraisal",
        "objection": name,
        "score": score,
        "reasons": reasons,
        "by": by,
        "on": on,
    }


APPRAISED = [
    mark("C1", "E06", "d-2", "H03", "daily", "2026-08-20", "遲到十分鐘。"),
    mark("C2", "E06", "c-1", "Q01", "quality", "2026-08-21", "交班記錄漏填一欄。"),
    mark("C3", "E04", "b-1", "H02", "daily", "2026-08-25", "轉單拖了一天。"),
    mark("C4", "E08", "e+1", "H04", "daily", "2026-08-26", "主動幫住戶搬運。"),
    mark("C5", "E01", "e-1", "O01", "discipline", "2026-08-27", "上班時間看手機。"),
    step("publish", "cleaning", "H04", "2026-08-31"),
    step("publish", "engineering", "H02", "2026-08-31"),
    objection("O2", "E04", "b", "2026-09-02", "配件到貨才能修。"),
    verified("O2", 15, "Q01", "2026-09-03", "領料單上的日期相符。"),
    step("report", "engineering", "H02", "2026-09-04"),
    step("report", "cleaning", "H04", "2026-09-04"),
    step("certify", "cleaning", "O01", "2026-09-07"),
    step("publish", "order", "H03", "2026-09-07"),
    objection("O1", "E06", "d", "2026-09-08", "當天是替同事頂班。"),
]
"""O1 waits for quality; engineering waits for the office, cleaning for the manager, the front desk for its head."""
