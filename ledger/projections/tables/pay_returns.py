"""What pay took of each month, run by run, and what was settled (finance §13). Money in fen.

`site` is where the employee belongs; `paid_by` the site of whose close it is said.
"""

from operator import itemgetter

from sqlalchemy import BigInteger, Column, Index, Table

from ledger.aggregates.employee_state import EmployeeState
from ledger.policy.model import Policy
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, key, metadata, number, optional_number, text
from ledger.reckoning.reckon import Cell

returns = Table(
    "sheet_pay_returns",
    metadata,
    key("ledger"),
    key("employee"),
    key("month", 7),
    key("paid_by"),
    key("run"),
    text("site"),
    optional_number("amount"),
    text("reason", 32),
    text("by"),
    text("on", 10),
    number("position"),
    Index("sheet_pay_returns_by_month", "ledger", "site", "month"),
    Index("sheet_pay_returns_by_payer", "ledger", "paid_by", "month"),
)

settlements = Table(
    "sheet_settlements",
    metadata,
    key("ledger"),
    key("employee"),
    key("month", 7),
    key("paid_by"),
    Column("position", BigInteger, primary_key=True),
    text("site"),
    text("how", 16),
    number("amount"),
    text("by"),
    text("on", 10),
    Index("sheet_settlements_by_month", "ledger", "site", "month"),
    Index("sheet_settlements_by_payer", "ledger", "paid_by", "month"),
)


def return_rows(state: EmployeeState, cell: Cell, policy: Policy) -> list[Row]:
    """The latest entry of each run of one employee's month; `amount` None where it was taken back."""
    return [
        {
            "employee": state.employee,
            "month": cell.month,
            "paid_by": each.site,
            "run": each.run,
            "site": state.site_in(cell.month),
            "amount": each.amount_fen,
            "reason": each.reason,
            "by": each.by,
            "on": each.on.isoformat(),
            "position": each.position,
        }
        for each in state.returns
        if each.month == cell.month
    ]


def settlement_rows(state: EmployeeState, cell: Cell, policy: Policy) -> list[Row]:
    """What was settled of one employee's month."""
    return [
        {
            "employee": state.employee,
            "month": cell.month,
            "paid_by": each.site,
            "position": each.position,
            "site": state.site_in(cell.month),
            "how": each.how,
            "amount": each.amount_fen,
            "by": each.by,
            "on": each.on.isoformat(),
        }
        for each in state.settlements
        if each.month == cell.month
    ]


RETURNS = Projection(returns, of="cell", rows=return_rows, order=itemgetter("employee", "run"))
SETTLEMENTS = Projection(
    settlements, of="cell", rows=settlement_rows, order=itemgetter("employee", "position")
)
