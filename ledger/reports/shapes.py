"""The shapes of the reports that need the rows of one sheet and the names in them, and nothing else (domain §10.2)."""

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.formats import format_money

Row = dict[str, Any]
Report = dict[str, Any]


def monthly_row(row: Row, name: str) -> Report:
    """One row of the monthly summary 匯總."""
    own = row["base_fine"] + row["surcharge"] - row["shifted"] - row["no_worse"]
    return {
        "employee": row["employee"],
        "name": name,
        "department": row["department"],
        "policy": row["policy"],
        "notices": row["notices"],
        "points": row["points"],
        "late_points": row["late_points"],
        "contested_points": row["contested_points"],
        "base_fine": format_money(row["base_fine"]),
        "surcharge": format_money(row["surcharge"]),
        "shifted": format_money(row["shifted"]),
        "no_worse": format_money(row["no_worse"]),
        "joint_liability": format_money(row["joint_liability"]),
        "deduction": format_money(own + row["joint_liability"]),
        "band": row["band"],
        "sanction_due": row["sanction_due"],
        "repeats": row["repeats"].split(),
        "public": bool(row["public"]),
        "performance": {
            "reward_points": row["reward_points"],
            "deduction_points": row["deduction_points"],
            **_where_contested(row["performance_contested"]),
            "amount": format_money(row["performance"]),
        },
    }


def _where_contested(points: int) -> dict[str, int]:
    """The points of performance notices that do not count meanwhile, in the rows that have any."""
    return {"contested_points": points} if points else {}


def share_row(row: Row) -> Report:
    """One share of a month's notices."""
    return {
        "supervisor": row["supervisor"],
        "employee": row["employee"],
        "notice": row["notice"],
        "ground": row["ground"],
        "share": format_money(row["share"]),
        "status": row["status"],
    }


def register_rows(rows: Iterable[Row], names: Mapping[str, str]) -> list[Report]:
    """The reward-and-penalty register 獎懲臺賬."""
    return [
        {
            "employee": row["employee"],
            "name": names[row["employee"]],
            "kind": row["kind"],
            "id": row["id"],
            "what": row["what"],
            "points": row["points"],
            "amount": format_money(row["amount"]),
            "by": row["by"],
            "on": row["on"],
            "status": row["status"],
        }
        for row in rows
    ]
