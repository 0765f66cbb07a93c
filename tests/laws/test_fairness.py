"""What fairness asks of every ledger, also where it comes to rare states (domain §§3, 6; faults.md B): no favourable act
costs its beneficiary money, nobody decides in his own cause, whoever bears a share can object to it, and it makes no
difference which of two facts was typed first.

The stories are those of `tests.support.generator`, told on a clock that goes along with them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command
from ledger.errors import Refusal
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.fold_facts import fold
from ledger.reckoning.reckon import Cell, reckon
from ledger.state.execution import LedgerContext, Recorder, decided, record
from ledger.terms import last_day
from tests.laws.test_laws import Story, _without_positions, law, ledger_of, slow_law
from tests.support import office
from tests.support.generator import MONTHS, SITES, Move, Teller, moves
from tests.support.story import sheet_rows

FAVOURED = (
    "issue",
    "acknowledge",
    "appeal",
    "decide",
    "withdraw",
    "correct",
    "find",
    "reassign",
    "close",
    "adopt",
)
OWN_CAUSE = (
    "issue",
    "appeal",
    "appeal_share",
    "find",
    "clear",
    "decide",
    "escalate",
    "reassign",
    "depart",
    "come_back",
)
SHARES = (
    "issue",
    "find",
    "clear",
    "reassign",
    "correct",
    "appeal_share",
    "decide",
    "withdraw",
    "depart",
    "mend_departure",
)
FACTS = (
    "issue",
    "acknowledge",
    "find",
    "reassign",
    "reward",
    "remark",
    "rectify",
    "correct",
    "depart",
    "wage",
)


class Timely(Teller):
    """A teller whose clock stands in the evening of the story's own day."""

    def now(self) -> datetime:
        return datetime.combine(self.today, time(15, 30), UTC)

    def would(self, command: dict[str, Any]) -> str:
        """The code with which a command would be refused now; empty where it would be recorded."""
        try:
            decided(self.state, parse_command(command), Recorder("tester", self.now()))
        except Refusal as refusal:
            return refusal.code
        return ""

    def say(self, command: dict[str, Any]) -> bool:
        parsed = parse_command(command)
        if parsed.digest() in self._digests:
            return False
        try:
            recorded = record(self.state, parsed, self._position, Recorder("tester", self.now()))
        except Refusal:
            return False
        self._position += len(recorded)
        self._digests.add(parsed.digest())
        self.told.append(command)
        return True

    def context(self) -> LedgerContext:
        return LedgerContext(self.state, self.now())


# --- a favourable act costs nobody money ------------------------------------------------------------


@given(moves(8, 45, FAVOURED))
@law
def test_no_favourable_act_raises_what_its_beneficiary_owes(base: Ledger, told: list[Move]) -> None:
    """Stay, reduction, revocation, lowering, and the withdrawal of a notice that had been told; act by act."""
    teller = Timely(base.log)
    for move in told:
        before = {who: _owed(teller, who) for who in _people(teller)}
        dismissed = {row["appeal"]: _owed_if_dismissed(teller, row) for row in teller.appeals("pending")}
        served = {name for name in teller.notices if _was_told(teller, name)}
        number = len(teller.told)
        teller.make(move)
        for command in teller.told[number:]:
            favoured = _beneficiary(teller, command, served)
            if favoured is not None:
                event(f"{command['do']} {command.get('outcome', '')}")
                reduced = command.get("outcome") == "reduced"
                former = dismissed[command["appeal"]] if reduced else before[favoured]
                now = _owed(teller, favoured)
                assert {month: now[month] for month in now if now[month] > former[month]} == {}, command


def _owed_if_dismissed(teller: "Timely", row: dict[str, Any]) -> dict[str, int]:
    """What the appellant would owe were the appeal dismissed: a reduction ends the stay, and is measured by this."""
    if (reviewer := row["reviewer"]) is None:
        return {}
    dismissal = office.decide_appeal(row["appeal"], "dismissed", reviewer, str(teller.today))
    if teller.would(dismissal):
        return {}
    decisions = decided(teller.state, parse_command(dismissal), Recorder("tester", teller.now()))
    owner = teller.context().owner_of("appeal", row["appeal"])
    facts = teller.state.facts(owner.employee)
    for decision in decisions:
        facts = fold(facts, replace(teller.state.stream(decision.stream)[-1], event=decision.event))
    return _owed(teller, row["appellant"], facts)


def _people(teller: Teller) -> list[str]:
    return [employee for site in SITES for employee in teller.state.employee_ids(site)]


def _owed(teller: Teller, employee: str, facts: EmployeeFacts | None = None) -> dict[str, int]:
    """What somebody owes for each month, in fen: of his own notices, and as a supervisor."""
    own = {month: _cell(teller, employee, month, facts) for month in MONTHS}
    return {
        month: cell.base_fine
        + cell.surcharge
        - cell.shifted
        - cell.no_worse
        + cell.performance
        + _borne(teller, employee, month)
        for month, cell in own.items()
    }


def _cell(teller: Teller, employee: str, month: str, facts: EmployeeFacts | None) -> Cell:
    if facts is None or facts.employee != employee:
        return teller.state.cell(employee, month)
    policy = teller.state.policy_of(facts.site_in(month), month)
    return reckon(facts, month, policy, teller.state.departures(facts), last_day(month))


def _borne(teller: Teller, supervisor: str, month: str) -> int:
    shares = (share for employee in _people(teller) for share in teller.state.cell(employee, month).shares)
    return sum(s.share_fen for s in shares if s.supervisor == supervisor and s.status == "enforceable")


def _beneficiary(teller: Timely, command: dict[str, Any], told_before: set[str]) -> str | None:
    """Whom a command favours, if anybody."""
    if command["do"] == "file_appeal":
        return str(command["by"])
    if command["do"] == "decide_appeal" and command["outcome"] != "dismissed":
        appeal = teller.context().owner_of("appeal", command["appeal"]).appeals[command["appeal"]]
        return appeal.appellant
    if command["do"] == "correct_notice" and set(command) >= {"points"} and "clause" not in command:
        return str(teller.notices[command["notice"]]["employee"])
    if command["do"] == "withdraw_notice" and command["notice"] in told_before:
        return str(teller.notices[command["notice"]]["employee"])
    return None


def _was_told(teller: Timely, name: str) -> bool:
    """Served, appealed against, or contained in a close."""
    employee = teller.context().owner_of("notice", name)
    notice = employee.notices[name]
    closes = [teller.state.closes.last(site) for site in employee.all_sites]
    return (
        notice.acknowledged_on is not None
        or bool(employee.appeals_against("notice", target=name))
        or any(c is not None and c[0] >= notice.month and c[1] > notice.position for c in closes)
    )


# --- nobody decides in his own cause ----------------------------------------------------------------


@given(moves(8, 45, OWN_CAUSE))
@law
def test_at_no_moment_may_anybody_decide_in_his_own_cause(base: Ledger, told: list[Move]) -> None:
    """Parties, and whoever issued, found or bore it since the filing, are nobody's reviewers, whatever happens meanwhile."""
    teller = Timely(base.log)
    involved: defaultdict[str, set[str]] = defaultdict(set)
    for move in told:
        teller.make(move)
        for row in teller.appeals("pending"):
            parties = involved[row["appeal"]]
            parties |= _parties(teller, row)
            event(f"parties: {len(parties)}")
            assert row["reviewer"] not in parties
            for party in sorted(parties):
                decision = office.decide_appeal(row["appeal"], "revoked", party, str(teller.today))
                assert teller.would(decision) in ("not_the_reviewer", "employee_departed", "backwards"), party


def _parties(teller: Timely, row: dict[str, Any]) -> set[str]:
    """Whose cause an appeal is, as things stand now."""
    context = teller.context()
    parties = {row["appellant"], row["respondent"]}
    ((kind, target),) = row["against"].items()
    if kind == "sanction":
        return parties | {context.owner_of("sanction", target).sanctions[target].by}
    notice = context.owner_of("notice", target).notices[target]
    parties |= {notice.issued_by}
    if notice.finding is not None and not notice.finding.cleared:
        parties |= {notice.finding.by}
    share = context.share(target)
    if share is not None and share.status != "lapsed" and share.supervisor is not None:
        parties |= {share.supervisor}
    return parties


# --- each bearer of a share has an appeal -----------------------------------------------------------


@given(moves(8, 45, SHARES))
@law
def test_each_bearer_of_a_share_may_appeal_from_the_day_he_came_to_bear_it(
    base: Ledger, told: list[Move]
) -> None:
    """Within five working days of it without a reason; whoever has appealed already has his answer."""
    teller = Timely(base.log)
    came: dict[tuple[str, str], date] = {}
    for move in told:
        teller.make(move)
        bearing = dict(_bearing(teller))
        came = {pair: came.get(pair, teller.today) for pair in bearing}
        for (notice, bearer), since in came.items():
            filing = office.file_appeal("A-probe", bearer, {"liability": notice}, str(teller.today))
            refused = teller.would(filing)
            in_time = (
                teller.today
                <= teller.state.policy_book()
                .deadline(bearing[notice, bearer], "window", since, teller.today)
                .day
            )
            event(f"in time: {in_time}, {refused or 'accepted'}")
            assert refused in (
                ("", "appealed_already") if in_time else ("", "appealed_already", "appeal_late")
            )
            if refused == "appealed_already":
                assert _has_appealed(teller, notice, bearer)


def _bearing(teller: Timely) -> Iterator[tuple[tuple[str, str], str]]:
    """Each notice and bearer of a share that has not lapsed, with the notice's site."""
    context = teller.context()
    for name in teller.notices:
        share = context.share(name)
        if share is not None and share.supervisor is not None and share.status != "lapsed":
            yield (name, share.supervisor), _site_of(context, name)


def _site_of(context: LedgerContext, notice: str) -> str:
    owner = context.owner_of("notice", notice)
    return owner.site_in(owner.notices[notice].month)


def _has_appealed(teller: Timely, notice: str, bearer: str) -> bool:
    return any(
        row["appellant"] == bearer and row["against"] == {"liability": notice}
        for row in teller.appeals("pending", "dismissed", "reduced", "revoked", "withdrawn", "moot")
    )


# --- the order of recording -------------------------------------------------------------------------


@given(st.data())
@slow_law
def test_facts_about_different_things_come_to_the_same_in_whichever_order_they_are_recorded(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    """Each thing's own history stays in order; a mixture that is refused on the way proves nothing."""
    teller = Timely(base.log)
    for move in data.draw(moves(3, 30, FACTS)):
        teller.make(move)
    story = teller.told
    mixed = _mixed(story, data)
    assume(mixed != story)
    other = Timely(base.log)
    other.today = teller.today
    accepted = [other.say(command) for command in mixed]
    event(f"accepted: {all(accepted)}")
    assume(all(accepted))
    with ledger_of(office_file, story) as one, ledger_of(office_file, mixed) as another:
        assert _without_positions(sheet_rows(one)) == _without_positions(sheet_rows(another))


def _mixed(story: Story, data: st.DataObject) -> Story:
    """The story's threads, one a thing, woven otherwise."""
    threads: defaultdict[str, Story] = defaultdict(list)
    for command in story:
        threads[_thing(command)].append(command)
    order = data.draw(st.permutations([_thing(command) for command in story]))
    return [threads[thing].pop(0) for thing in order]


def _thing(command: dict[str, Any]) -> str:
    return str(command.get("notice") or command.get("reward") or command["employee"])
