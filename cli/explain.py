"""`kaoji explain`, `kaoji compare`: why a figure is what it is, and what was known of it when."""

from typing import Any

import click

from cli.checked import checking
from cli.form_fields import completion
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_line, print_table, print_title, shown, spoken
from cli.report_options import month_argument
from cli.settings import as_of_option, checked_options, common_options, json_option, settings
from ledger.formats import format_local
from ledger.labels.citations import cited
from ledger.labels.notice_status import notice_status

_INDENT = "  "
_NOTICES_SPARE = ["authority", "late", "issued_by", "events"]
_EVENTS_SPARE = ["hash", "operator", "recorded_at", "stream"]


@click.command(
    cls=SpeakingCommand,
    help_key="explain",
    examples=[
        "kaoji explain E017 2026-08",
        "kaoji explain E017 2026-08 --figure deduction --as-of appeal:A1",
        "kaoji explain E017 2026-08 --pay",
    ],
)
@click.argument("employee", shell_complete=completion("employee"))
@month_argument
@click.option("--figure", metavar="FIGURE", help="field:only_figure")
@click.option("--pay", is_flag=True, help="field:of_pay")
@as_of_option
@checked_options
@json_option
@common_options
def explain(
    employee: str, month: str, figure: str | None, pay: bool, as_of: str | None, as_json: bool
) -> None:
    """Explain every figure of an employee's month: entries, rules, notices and events.

    Amounts add up line by line; what several figures rest on is shown once, at the end. With --pay: why pay took
    what it took, from the lines of the close to what is still open.
    """
    if pay:
        from cli.pay_tables import explain_pay

        explain_pay(employee, month, as_of, as_json)
        return
    with settings().open() as ledger, checking(ledger), ledger.look_at_log(as_of) as look:
        tree = look.explain(employee, month)
        *_, timezone = look.thing(f"employee:{tree['employee']}")
    if figure is not None:
        _keep_figure(tree, figure)
    if as_json:
        print_json(tree)
        return
    labels = settings().labels()
    policy = tree["policy"]
    print_title(f"{labels.title('explain')} {tree['employee']} {tree['name']} · {month}")
    print_line(labels.say("as_of", position=tree["as_of"]))
    print_line(labels.say("under_policy", version=policy["version"], position=policy["position"]))
    if policy["money"] == "record_only":
        print_line(labels.say("month_not_taken"))
    for one in tree["figures"]:
        _print_figure(one)
    _print_notices(tree["notices"])
    _print_events(tree["events"], timezone)


def _keep_figure(tree: dict[str, Any], name: str) -> None:
    """Leaves one figure, the figures it is made of, and what they rest on."""
    from ledger.errors import InputError

    known = {figure["figure"]: figure for figure in tree["figures"]}
    if name not in known:
        raise InputError("figure_unknown", name=name, known=", ".join(known)).at(field="figure")
    wanted = [name, *(entry["of"] for entry in known[name]["entries"] if entry.get("of") in known)]
    tree["figures"] = [known[figure] for figure in wanted]
    entries = [entry for figure in tree["figures"] for entry in figure["entries"]]
    notices = {entry["notice"] for entry in entries if "notice" in entry}
    tree["notices"] = {name: notice for name, notice in tree["notices"].items() if name in notices}
    cited = {str(position) for entry in entries for position in entry["rests_on"]}
    for notice in tree["notices"].values():
        cited |= {str(position) for position in (*notice["events"], *notice["authority"])}
    cited.add(str(tree["policy"]["position"]))
    tree["events"] = {position: event for position, event in tree["events"].items() if position in cited}


def _print_figure(figure: dict[str, Any]) -> None:
    labels = settings().labels()
    value = spoken(figure["value"], "figure")
    if not figure["entries"] and figure["value"] in (0, "0.00"):
        return
    click.echo()
    print_line(f"{labels.heading(figure['figure'])}  {value}", bold=True)
    width = max((len(str(entry["amount"])) for entry in figure["entries"]), default=0)
    for entry in figure["entries"]:
        print_line(f"{_INDENT}{entry['amount']:>{width}}  {_line(entry)}")


def _line(entry: dict[str, Any]) -> str:
    """An entry in one line: what it is for, the rule with its clause, the events."""
    labels = settings().labels()
    parts = []
    if "of" in entry:
        parts.append(labels.heading(entry["of"]))
    for name in ("notice", "reward", "check", "employee"):
        if name in entry:
            parts.append(f"{labels.word(name)} {shown(entry[name])}")
    if "status" in entry:
        parts.append(labels.word(entry["status"]))
    rule = entry["rule"]
    parts.append(
        f"[{shown(rule['policy'])} · {shown(labels.rule(rule['path']))} · {shown(cited(rule['clause'], labels.language))}]"
    )
    if "reading" in entry:
        reading = labels.pair(labels.say("reading"), shown(labels.word(entry["reading"])))
        parts.append(labels.remarked("", reading).strip())
    if "of" not in entry or "notice" in entry:
        parts.append("← " + " ".join(f"#{position}" for position in entry["rests_on"]))
    return " ".join(parts)


def _print_notices(notices: dict[str, dict[str, Any]]) -> None:
    if notices:
        labels = settings().labels()
        print_title(labels.say("notices_and_causes"))
        rows = [
            {
                "notice": name,
                **notice,
                "status": notice_status(notice),
                "events": " ".join(f"#{p}" for p in notice["events"]),
                "authority": " ".join(f"#{p}" for p in notice["authority"]),
            }
            for name, notice in notices.items()
        ]
        columns = ["notice", "employee", "clause", "points", "occurred_on", "status", "late"]
        print_table(
            rows, [*columns, "issued_by", "events", "authority"], right=["points"], spare=_NOTICES_SPARE
        )


def _print_events(events: dict[str, dict[str, Any]], timezone: str) -> None:
    if events:
        labels = settings().labels()
        print_title(labels.say("events_rested_on"))
        rows = [
            {
                **event,
                "stream": labels.thing(event["stream"]),
                "recorded_at": format_local(event["recorded_at"], timezone),
                "hash": (event["hash"] or "")[:12],
            }
            for event in events.values()
        ]
        columns = ["position", "kind", "stream", "by", "on", "operator", "recorded_at", "hash"]
        print_table(rows, columns, right=["position"], spare=_EVENTS_SPARE)


@click.command(
    cls=SpeakingCommand,
    help_key="compare",
    examples=[
        "kaoji compare E017 2026-08 --as-of appeal:A1",
        "kaoji compare E017 2026-08 --as-of 250 --as-of 548",
    ],
)
@click.argument("employee", shell_complete=completion("employee"))
@month_argument
@click.option("--as-of", multiple=True, required=True, metavar="P", help="field:as_of_two")
@json_option
@common_options
def compare(employee: str, month: str, as_of: tuple[str, ...], as_json: bool) -> None:
    """Set a month as it was known then beside as it is known now, with the reason for each difference."""
    from ledger.errors import InputError

    if len(as_of) > 2:
        raise InputError("as_of_more_than_two").at(field="as-of")
    with settings().open() as ledger:
        positions = sorted(ledger.position_of(one) for one in as_of)
        now = positions[1] if len(positions) == 2 else None
        found = ledger.review.compare(employee, month, positions[0], now)
    if as_json:
        print_json(found)
        return
    labels = settings().labels()
    print_title(f"{labels.title('compare')} {found['employee']} {found['name']} · {month}")
    print_line(labels.say("then_and_now", then=found["then"], now=found["now"]))
    rows = [
        {
            "figure": labels.heading(row["figure"]),
            **{name: spoken(row[name], row["figure"]) for name in ("then", "now")},
        }
        for row in found["figures"]
        if row["differs"]
    ]
    print_table(rows, ["figure", "then", "now"], right=["then", "now"])
    if found["because"]:
        print_title(labels.say("because_of"))
        rows = [
            {**row, "subject": labels.thing(row["subject"]), "hash": (row["hash"] or "")[:12]}
            for row in found["because"]
        ]
        print_table(
            rows, ["position", "kind", "subject", "by", "on", "hash"], right=["position"], spare=["hash"]
        )
