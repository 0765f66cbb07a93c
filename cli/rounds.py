"""Inspection rounds 檢查 at the counter: import what was filled in on site, take back, show (appraisal §9.1)."""

import click

from cli.forms import form
from cli.localized_help import SpeakingGroup
from cli.settings import common_options
from cli.show import show_command


@click.group(cls=SpeakingGroup, help_key="inspection")
@common_options
def inspection() -> None:
    """Inspection rounds 檢查 (Doc. 3 §4.1.1): withdraw, show. A round is recorded with `apply`."""


form(
    inspection,
    "withdraw",
    "withdraw_inspection",
    "inspection",
    examples=['kaoji inspection withdraw INS-1 --reason "重複登記" --by I01'],
)
show_command(inspection, "inspection", "kaoji inspection show INS-1")
