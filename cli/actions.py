"""Improvement, typed by hand: analyses of causes, corrective and preventive actions 糾正預防措施 (appraisal §§9.2, 9.3)."""

import click

from cli.forms import form
from cli.localized_help import SpeakingGroup
from cli.settings import common_options
from cli.show import show_command


@click.group(cls=SpeakingGroup, help_key="analysis")
@common_options
def analysis() -> None:
    """Analyses of causes 問題根源 (Doc. 3 §4.1.6): record, show."""


form(
    analysis,
    "record",
    "analyse_notices",
    "analysis",
    examples=[
        "kaoji analysis record --month 2026-08 --notices N1 --notices N2 --cause staffing "
        '--root-cause "午間只排一人" --by Q01'
    ],
)
show_command(analysis, "analysis", "kaoji analysis show AN2026-0001")


@click.group(cls=SpeakingGroup, help_key="action")
@common_options
def action() -> None:
    """Corrective and preventive actions 糾正預防措施 (Doc. 3 §4.1.6): open, move, complete, check, cancel, show."""


form(
    action,
    "open",
    "open_action",
    "action",
    examples=[
        'kaoji action open --kind corrective --clause FD-08 --department front-desk --what "午間加一人" '
        '--effect "三十日內無 FD-08" --owner H01 --due-on 2026-10-15 --by D01'
    ],
)
form(
    action,
    "move",
    "move_action",
    "action",
    examples=['kaoji action move AC2026-0001 --due-on 2026-10-31 --reason "等待到貨" --by D01'],
)
form(
    action,
    "complete",
    "complete_action",
    "action",
    examples=['kaoji action complete AC2026-0001 --done "已改排班" --by H01'],
)
form(
    action,
    "check",
    "check_action",
    "action",
    examples=['kaoji action check AC2026-0001 --effective yes --finding "抽聽二十次均在三聲內" --by Q01'],
)
form(
    action,
    "cancel",
    "cancel_action",
    "action",
    examples=['kaoji action cancel AC2026-0001 --reason "前臺已撤銷" --by D01'],
)
show_command(action, "action", "kaoji action show AC2026-0001")
