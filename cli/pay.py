"""`kaoji payroll`: what pay took of a closed month, and what becomes of a difference (finance §13)."""

import click

from cli.forms import form
from cli.localized_help import SpeakingGroup
from cli.settings import common_options


@click.group(cls=SpeakingGroup, help_key="payroll")
@common_options
def payroll() -> None:
    """What finance took of a closed month: return, settle; and who was told before: tell."""


form(
    payroll,
    "return",
    "record_payroll",
    "month",
    examples=[
        "kaoji payroll return 2026-08 --deducted E017=18.00 --deducted E021=0.00 --reasons E021=left --by F01",
        'kaoji payroll return 2026-08 --deducted E017=20.00 --correction "漏看一筆" --by F01',
    ],
)
form(
    payroll,
    "settle",
    "settle_difference",
    "employee",
    "month",
    examples=[
        'kaoji payroll settle E017 2026-08 --how carry --reason "下月補扣" --by F01',
        'kaoji payroll settle E021 2026-08 --how write_off --reason "已離職" --by M01',
    ],
)
form(
    payroll,
    "tell",
    "record_deduction_notice",
    "employee",
    "month",
    examples=["kaoji payroll tell E017 2026-08 --by O01"],
)
