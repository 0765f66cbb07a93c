"""The appraisal, typed by hand: marks, sheets of days and weeks, publication to approval, objections, cases, bonus."""

import click

from cli.forms import form
from cli.localized_help import SpeakingGroup
from cli.settings import common_options
from cli.show import show_command


@click.group(cls=SpeakingGroup, help_key="check")
@common_options
def check() -> None:
    """Marks on the appraisal sheet 績效考核表 (Doc. 4 §4.3): record, withdraw, show."""


form(
    check,
    "record",
    "record_check",
    "check",
    examples=[
        "kaoji check record --employee E017 --kind discipline --dimension d --points -2 "
        '--note "未按時到崗" --by O01',
        "kaoji check record --employee E017 --kind daily --dimension e --points -1 "
        '--note "接待欠主動" --notice N2026-0001 --by H01',
    ],
)
form(
    check,
    "withdraw",
    "withdraw_check",
    "check",
    examples=['kaoji check withdraw C2026-0001 --reason "認錯人" --by O01'],
)
show_command(check, "check", "kaoji check show C2026-0001")


@click.group(cls=SpeakingGroup, help_key="sheet")
@common_options
def sheet() -> None:
    """Day sheets 日檢表 and week sheets 周檢 of a department (Doc. 4 §4.3.1, 4.3.2): day, week, show."""


form(
    sheet,
    "day",
    "record_day_sheet",
    "sheet",
    examples=[
        "kaoji sheet day --department front-desk --day 2026-09-02 --by H01 "
        '--row "E001; d-1 遲到五分鐘" --row E003 --row E008=absent'
    ],
)
form(
    sheet,
    "week",
    "record_week_sheet",
    "sheet",
    examples=[
        "kaoji sheet week --department front-desk --week 2026-09-07 --by H01 "
        '--row "E003=接待欠主動; e-2 一周綜合"'
    ],
)
show_command(sheet, "sheet", "kaoji sheet show DS2026-0001")


@click.group(cls=SpeakingGroup, help_key="appraisal")
@common_options
def appraisal() -> None:
    """The month's appraisal (Doc. 4 §4.3.6): publish, acknowledge, report, return, certify, approve."""


form(
    appraisal,
    "publish",
    "publish_appraisal",
    "month",
    examples=["kaoji appraisal publish 2026-09 --department front-desk --by H01 --dry-run"],
)
form(
    appraisal,
    "acknowledge",
    "acknowledge_appraisal",
    "employee",
    "month",
    examples=["kaoji appraisal acknowledge E017 2026-09 --how signed"],
)
form(
    appraisal,
    "report",
    "report_appraisal",
    "month",
    examples=["kaoji appraisal report 2026-09 --department front-desk --by H01"],
)
form(
    appraisal,
    "return",
    "return_appraisal",
    "month",
    examples=[
        'kaoji appraisal return 2026-09 --department front-desk --reason "缺九月二十九日日檢表" --by O01'
    ],
)
form(
    appraisal,
    "certify",
    "certify_appraisal",
    "month",
    examples=["kaoji appraisal certify 2026-09 --by O01"],
)
form(
    appraisal,
    "approve",
    "approve_appraisal",
    "month",
    examples=["kaoji appraisal approve 2026-09 --by M01"],
)


@click.group(cls=SpeakingGroup, help_key="objection")
@common_options
def objection() -> None:
    """Objections to a published sheet (Doc. 4 §4.3.6): file, withdraw, verify, show."""


form(
    objection,
    "file",
    "object_appraisal",
    "objection",
    examples=[
        'kaoji objection file --employee E017 --month 2026-09 --dimension d --statement "兩次為同一事"'
    ],
)
form(
    objection,
    "withdraw",
    "withdraw_objection",
    "objection",
    examples=["kaoji objection withdraw O2026-0001"],
)
form(
    objection,
    "verify",
    "verify_appraisal",
    "objection",
    examples=['kaoji objection verify O2026-0001 --score 6 --reasons "兩項為同一事" --by Q01 --dry-run'],
)
show_command(objection, "objection", "kaoji objection show O2026-0001")


@click.group(cls=SpeakingGroup, help_key="case")
@common_options
def case() -> None:
    """Cases that go by the employee handbook 員工手冊 instead of money (Doc. 4 §4.5.2): refer, close, show."""


form(
    case,
    "refer",
    "refer_to_handbook",
    "case",
    examples=['kaoji case refer --notice N2026-0001 --reason "當班飲酒" --by D01'],
)
form(
    case,
    "close",
    "close_handbook_case",
    "case",
    examples=[
        'kaoji case close HC2026-0001 --outcome handled --measure "書面警告" --reasons "按手冊處理" --by M01'
    ],
)
show_command(case, "case", "kaoji case show HC2026-0001")


@click.group(cls=SpeakingGroup, help_key="bonus")
@common_options
def bonus() -> None:
    """Bases of the quarterly bonus 季度獎金 (Doc. 4 §4.4.2): record."""


form(
    bonus,
    "record",
    "record_bonus_base",
    "employee",
    "quarter",
    examples=["kaoji bonus record E017 2026-Q3 --base 900.00 --by O01"],
)
