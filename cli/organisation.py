"""Places and people: sites, employees, offices, wages and the months' closes, typed by hand."""

import click

from cli.forms import form
from cli.listing import find, people_at, print_people
from cli.localized_help import SpeakingGroup
from cli.person import export, handouts
from cli.render import print_json, print_table, print_title
from cli.report_options import month_argument
from cli.settings import as_of_option, common_options, json_option, settings, site_option
from cli.show import print_card, show_command


@click.group(cls=SpeakingGroup, help_key="site")
@common_options
def site() -> None:
    """Management offices 管理處: register, list, show."""


form(site, "register", "register_site", "site", examples=["kaoji site register jinse --name 金色家園管理處"])
show_command(site, "site", "kaoji site show jinse")


@site.command("list", help_key="site list", examples=["kaoji site list"])
@as_of_option
@json_option
@common_options
def list_sites(as_of: str | None, as_json: bool) -> None:
    """List the sites."""
    with settings().open() as ledger:
        rows = ledger.review.sites(None if as_of is None else ledger.position_of(as_of))
    if as_json:
        print_json(rows)
        return
    print_title(settings().labels().title("site-list"))
    rows = [{**row, "site_name": row["name"]} for row in rows]
    print_table(
        rows,
        ["site", "site_name", "timezone", "employees", "last_closed"],
        right=["employees"],
        spare=["timezone"],
    )


@click.group(cls=SpeakingGroup, help_key="employee")
@common_options
def employee() -> None:
    """Employees: register, reassign, depart, list, show; their rights: consent, export, handouts, erase."""


form(
    employee,
    "register",
    "register_employee",
    "employee",
    examples=[
        "kaoji employee register E017 --name 楊秀英 --department front-desk --supervisor H01 --from 2026-08-01"
    ],
)
form(
    employee,
    "reassign",
    "reassign_employee",
    "employee",
    examples=[
        "kaoji employee reassign E017 --department order --supervisor H03 --from 2026-09-01",
        "kaoji employee reassign E017 --no-supervisor --from 2026-09-01",
        "kaoji employee reassign E017 --site east --department order --from 2026-10-01",
    ],
)
form(
    employee,
    "depart",
    "record_departure",
    "employee",
    examples=["kaoji employee depart E017 --on 2026-09-30"],
)
form(
    employee,
    "rehire",
    "rehire_employee",
    "employee",
    examples=["kaoji employee rehire E017 --department front-desk --supervisor H01 --from 2026-11-01"],
)
form(
    employee,
    "correct-departure",
    "correct_departure",
    "employee",
    examples=[
        'kaoji employee correct-departure E017 --on 2026-09-25 --reason "登記有誤" --by O01',
        'kaoji employee correct-departure E017 --no-departure --reason "並未離職" --by O01',
    ],
)
form(
    employee,
    "consent",
    "record_consent",
    "employee",
    examples=["kaoji employee consent E017 --to public_list --given yes --by E017"],
)
form(
    employee,
    "erase",
    "erase_employee",
    "employee",
    examples=["kaoji employee erase E017 --ground service_ended --by O01"],
)
employee.add_command(find)
employee.add_command(export)
employee.add_command(handouts)
show_command(employee, "employee", "kaoji employee show E017")


@employee.command("list", help_key="employee list", examples=["kaoji employee list"])
@site_option
@as_of_option
@json_option
@common_options
def list_employees(site: str | None, as_of: str | None, as_json: bool) -> None:
    """List everybody of a site."""
    name, rows = people_at(site, as_of)
    print_people(rows, name, as_json)


@click.group(cls=SpeakingGroup, help_key="office")
@common_options
def office() -> None:
    """Offices and who holds them: appoint, list."""


form(
    office,
    "appoint",
    "appoint",
    examples=[
        "kaoji office appoint --office director --employee D01 --from 2026-08-01",
        "kaoji office appoint --office department_head --department front-desk --employee H01 --from 2026-08-01",
    ],
)


@office.command("list", help_key="office list", examples=["kaoji office list"])
@site_option
@as_of_option
@json_option
@common_options
def list_offices(site: str | None, as_of: str | None, as_json: bool) -> None:
    """List who holds which office, from when until when."""
    with settings().open() as ledger:
        position = None if as_of is None else ledger.position_of(as_of)
        name = ledger.site(site, position)
        rows = ledger.review.card("site", name, position)["offices"]
    if as_json:
        print_json(rows)
        return
    print_title(f"{settings().labels().title('office-list')} · {name}")
    print_table(rows, ["office", "department", "employee", "from", "until"])


@click.group(cls=SpeakingGroup, help_key="wage")
@common_options
def wage() -> None:
    """Wages of a month, for the wage guard (工資支付暫行規定 §16): record."""


form(
    wage,
    "record",
    "record_wage",
    "employee",
    "month",
    examples=["kaoji wage record E017 2026-08 --wage 3200.00 --minimum-wage 2360.00"],
)


@click.group(cls=SpeakingGroup, help_key="month")
@common_options
def month() -> None:
    """Months: close, show; their public list: post, correct, take down."""


form(
    month,
    "close",
    "close_month",
    "month",
    examples=["kaoji month close 2026-08 --by D01 --dry-run", "kaoji month close 2026-08 --by D01"],
)


form(
    month,
    "post-list",
    "post_public_list",
    "month",
    examples=["kaoji month post-list 2026-08 --place 員工通道公告欄 --by O01"],
)
form(
    month,
    "correct-list",
    "correct_public_list",
    "month",
    examples=["kaoji month correct-list 2026-08 --by O01"],
)
form(
    month,
    "take-down-list",
    "take_down_public_list",
    "month",
    examples=["kaoji month take-down-list 2026-08 --by O01"],
)


@month.command("show", help_key="month show", examples=["kaoji month show 2026-08"])
@month_argument
@site_option
@as_of_option
@json_option
@common_options
def show_month(month: str, site: str | None, as_of: str | None, as_json: bool) -> None:
    """Show where a month stands: open, to be closed by when, or closed by whom."""
    with settings().open() as ledger:
        card = ledger.review.month_card(month, site, None if as_of is None else ledger.position_of(as_of))
    if as_json:
        print_json(card)
        return
    print_card(f"{settings().labels().word('month')} {month}", card)
