"""Cases: notices, findings, appeals, sanctions and rewards, typed by hand."""

import click

from cli.appraisal import case, check, objection
from cli.case_file import dossier, show
from cli.forms import form
from cli.listing import list_notices
from cli.localized_help import SpeakingGroup
from cli.settings import common_options
from cli.show import show_command

__all__ = ["appeal", "case", "check", "finding", "notice", "objection", "reward", "sanction"]


@click.group(cls=SpeakingGroup, help_key="notice")
@common_options
def notice() -> None:
    """Violation notices 過失通知單 (Doc. 3 §4.1): issue, acknowledge, rectify, correct, withdraw, remark, show."""


form(
    notice,
    "issue",
    "issue_notice",
    "notice",
    examples=[
        "kaoji notice issue --employee E017 --clause FD-03 --points 2 "
        '--occurred-at "2026-08-03 09:30" --narrative "檯面雜亂，文件混放" --issued-by I01',
        "kaoji notice issue --employee E017 --clause CP-01 --points 1 "
        '--occurred-at 2026-08-03T15:00:00+08:00 --narrative "…" --issued-by I01 --evidence photo.jpg',
    ],
)
form(
    notice,
    "acknowledge",
    "acknowledge_notice",
    "notice",
    examples=["kaoji notice acknowledge N2026-0001 --how signed"],
)
form(
    notice,
    "rectify",
    "rectify_notice",
    "notice",
    examples=['kaoji notice rectify N2026-0001 --action "已補崗" --by H01'],
)
form(
    notice,
    "correct",
    "correct_notice",
    "notice",
    examples=['kaoji notice correct N2026-0001 --points 1 --reason "誤記" --by I01'],
)
form(
    notice,
    "withdraw",
    "withdraw_notice",
    "notice",
    examples=['kaoji notice withdraw N2026-0001 --reason "查無此事" --by D01 --dry-run'],
)
form(
    notice,
    "remark",
    "remark_notice",
    "notice",
    examples=['kaoji notice remark N2026-0001 --text "地點應為北門崗" --by I01'],
)
notice.add_command(list_notices)
show_command(notice, "notice", "kaoji notice show N2026-0001")


@click.group(cls=SpeakingGroup, help_key="finding")
@common_options
def finding() -> None:
    """Findings of a round: issue, rectify, drop, show; and against the supervisor (Doc. 3 §4.2.6): record, clear."""


form(
    finding,
    "issue",
    "issue_notice_from_finding",
    "finding",
    examples=[
        "kaoji finding issue F1 --issued-by I01",
        'kaoji finding issue F2 --employee E017 --narrative "未按時清掃" --points 1 --issued-by I01',
    ],
)
form(
    finding,
    "rectify",
    "rectify_finding",
    "finding",
    examples=['kaoji finding rectify F2 --action "已更換螺栓" --by H01'],
)
form(
    finding,
    "drop",
    "drop_finding",
    "finding",
    examples=['kaoji finding drop F3 --reason "當日設備停用" --by I01'],
)
show_command(finding, "finding", "kaoji finding show F1")


form(
    finding,
    "record",
    "find_responsibility",
    "notice",
    examples=['kaoji finding record N2026-0001 --finding "現場無人督導" --by D01'],
)
form(
    finding,
    "clear",
    "clear_responsibility",
    "notice",
    examples=['kaoji finding clear N2026-0001 --reason "查實有誤" --by D01'],
)


@click.group(cls=SpeakingGroup, help_key="appeal")
@common_options
def appeal() -> None:
    """Appeals 申訴 (Doc. 3 §4.3): file, reply, hear, decide, escalate, withdraw, show, dossier."""


form(
    appeal,
    "file",
    "file_appeal",
    "appeal",
    examples=[
        'kaoji appeal file --notice N2026-0001 --by E017 --ground facts --statement "當時在崗"',
        'kaoji appeal file --liability N2026-0001 --by L01 --ground facts --statement "已督導"',
    ],
)
form(
    appeal,
    "reply",
    "reply_to_appeal",
    "appeal",
    examples=['kaoji appeal reply A2026-0001 --statement "巡查時無人在崗" --by I01 --evidence photo.jpg'],
)
form(
    appeal,
    "decide",
    "decide_appeal",
    "appeal",
    examples=['kaoji appeal decide A2026-0001 --outcome revoked --reasons "經核實" --by H01 --dry-run'],
)
form(
    appeal,
    "escalate",
    "escalate_appeal",
    "appeal",
    examples=['kaoji appeal escalate A2026-0001 --statement "不服"'],
)
form(appeal, "withdraw", "withdraw_appeal", "appeal", examples=["kaoji appeal withdraw A2026-0001"])
form(
    appeal,
    "hear",
    "record_hearing",
    examples=[
        'kaoji appeal hear --appeal A2026-0001 --present E017 --summary "本人陳述當時在崗" --by H01',
        'kaoji appeal hear --employee E017 --month 2026-08 --present E017 --summary "聽取本人意見" --by M01',
    ],
)
appeal.add_command(show)
appeal.add_command(dossier)


@click.group(cls=SpeakingGroup, help_key="sanction")
@common_options
def sanction() -> None:
    """Sanctions (Doc. 3 §4.2.3, 4.2.4): impose, revoke, show. Nothing is ever imposed by the program."""


form(
    sanction,
    "impose",
    "impose_sanction",
    "sanction",
    examples=[
        'kaoji sanction impose --employee E017 --month 2026-08 --kind warning --reasons "…" --by D01',
        'kaoji sanction impose --employee E017 --month 2026-08 --kind dismissal --reasons "…" --by M01 '
        '--checklist employee_heard="9月2日面談" --checklist union_informed --checklist seriousness_reasoned="…"',
    ],
)
form(
    sanction,
    "revoke",
    "revoke_sanction",
    "sanction",
    examples=['kaoji sanction revoke S2026-0001 --reasons "申訴成立" --by D01'],
)
form(
    sanction,
    "tell-union",
    "record_union_notice",
    examples=['kaoji sanction tell-union --employee E017 --month 2026-08 --answer "無異議" --by M01'],
)
show_command(sanction, "sanction", "kaoji sanction show S2026-0001")


@click.group(cls=SpeakingGroup, help_key="reward")
@common_options
def reward() -> None:
    """Rewards (Doc. 4): grant, withdraw, show."""


form(
    reward,
    "grant",
    "grant_reward",
    "reward",
    examples=[
        "kaoji reward grant --employee E017 --points 2 --occurred-on 2026-08-05 "
        '--reason "拾金不昧" --by I01 --approved-by D01'
    ],
)
form(
    reward,
    "withdraw",
    "withdraw_reward",
    "reward",
    examples=['kaoji reward withdraw R2026-0001 --reason "重複" --by D01'],
)
show_command(reward, "reward", "kaoji reward show R2026-0001")
