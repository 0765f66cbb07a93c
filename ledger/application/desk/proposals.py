"""Four eyes at the desk: what one person proposes another confirms, and it is recorded once, in the decider's name.

A proposal is no fact: nothing of it stands in the ledger before it is confirmed.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from ledger.access.acts import CLOSE, CONFIRMERS, FOUR_EYES_OFFICES, PROPOSERS, as_decided, may_need_second
from ledger.access.standing import Standing
from ledger.aggregates.authority import holders, offices_of, site_today
from ledger.application.desk.as_seen import RecordingAsSeen
from ledger.application.desk.desk_part import DeskPart
from ledger.application.desk.known import Known, state_of
from ledger.application.recording.applied import Applied
from ledger.application.recording.command_completion import made_by
from ledger.application.recording.previewed import digest_of, digest_of_figures
from ledger.application.recording.recording import Recording
from ledger.errors import InputError, LedgerError, NotEntitled, StoreError, Unknown
from ledger.events.employees import employee_of
from ledger.formats import Malformed, parse_month
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState

Values = dict[str, Any]
PROPOSED_OFFICES: Final = tuple(sorted(FOUR_EYES_OFFICES))
"""The offices an appointment to which is proposed, since it takes a second person."""

_ABOUT: Final = ("employee", "reward")


class Proposing(DeskPart):
    """What a person may propose and confirm. NotEntitled `not_yours_to_do`, `second_person_needed`."""

    def may_propose(self, do: str) -> bool:
        """Whether the person may propose such a command at all."""
        standing = self._standing()
        return _holds(standing, PROPOSERS.get(do, frozenset()))

    def may_confirm(self, values: Values, proposer: str) -> bool:
        """Whether a proposal is one the person is asked about: an office of theirs decides it, and it is another's."""
        standing = self._standing()
        if standing.person in (proposer, _named(standing, values, "employee")):
            return False
        sites, offices = self._sites(standing, values), CONFIRMERS.get(str(values.get("do")), ())
        return any(set(offices) & set(standing.offices(site)) for site in sites)

    def named(self, values: Values, kind: str) -> str | None:
        """The id of a command's thing of a kind, in full where it was typed in short; None where it names none."""
        return _named(self._standing(), values, kind)

    def in_full(self, values: Values) -> Values:
        """A command that names by full ids whom or which reward it is about, so that no name of anybody is kept."""
        found = {kind: self.named(values, kind) for kind in _ABOUT}
        return {**values, **{kind: name for kind, name in found.items() if name is not None}}

    def note_read(self, *commands: Values) -> None:
        """Keeps that what proposals say of others is read, before it is shown. StoreError `reading_not_noted`."""
        state, found = state_of(self._standing()), defaultdict[str, dict[str, None]](dict)
        for values in commands:
            about = _about(state, values)
            if about not in (None, self._desk.person) and state.stream_of("employee", about) is not None:
                found[values["do"]][about] = None
        for do, others in found.items():
            self._desk.note("fact", f"proposal {do}", *others)

    def preview(self, values: Values) -> tuple[Applied, str]:
        """What a command of the person's would change once somebody confirms it, and the digest of that.

        The refusal of the first who was asked, where it is refused for everybody.
        """
        standing = self._standing()
        self._require_proposer(standing, standing.person, values)
        refused: LedgerError | None = None
        for decider in self._deciders(standing, values):
            try:
                tried = self._tried(as_decided(values, standing.person, decider))
            except StoreError:
                raise
            except LedgerError as error:
                refused = refused or error
            else:
                return tried, digest_of_figures(tried)
        raise refused or NotEntitled("second_person_needed", do=values.get("do"))

    def confirmable(self, values: Values, proposer: str) -> tuple[Applied, str, str]:
        """What confirming would change now, the digest of that and of the proposal itself, and that of the figures alone."""
        tried = self._tried(self._decided(values, proposer))
        return tried, _seen(values, proposer, tried), digest_of_figures(tried)

    def confirm(
        self, values: Values, proposer: str, key: str, seen: str | None, proposed: str | None = None
    ) -> Applied:
        """Records a proposal of somebody else's once, if it still changes what was seen. WrongState `impact_changed`.

        `proposed` is the digest of the figures that the proposer was shown: a close that would hand over others by now is
        refused too, since two people are to have looked at the same lines.
        """
        desk = self._desk.acting(f"{self._desk.operator()} +{proposer}")
        decided = {**self._decided(values, proposer), "key": key}

        def is_as_seen(tried: Applied) -> bool:
            is_other = proposed is not None and self.is_outdated(values, proposed, tried)
            return not is_other and seen in (None, _seen(values, proposer, tried))

        return RecordingAsSeen(desk).as_seen(decided, is_as_seen)

    @staticmethod
    def is_outdated(values: Values, proposed: str, tried: Applied) -> bool:
        """Whether a proposal can be confirmed no more, because it would hand over other lines than when it was proposed."""
        return values.get("do") == CLOSE and digest_of_figures(tried) != proposed

    def _decided(self, values: Values, proposer: str) -> Values:
        """The command as the person decides it; rights are those of today, the proposer's too."""
        standing = self._standing()
        if not self.may_confirm(values, proposer):
            raise NotEntitled("not_yours_to_do", do=values.get("do"), by=standing.person)
        try:
            self._require_proposer(Standing(proposer, standing.context), proposer, values)
        except Unknown:
            raise NotEntitled("not_yours_to_do", do=values.get("do"), by=proposer) from None
        return as_decided(values, proposer, standing.person)

    def _require_proposer(self, standing: Standing, proposer: str, values: Values) -> None:
        """NotEntitled for what somebody does not propose; Unknown for what is not theirs to know of."""
        do = str(values.get("do"))
        if do != "appoint":  # people of other sites are named there
            for kind in _ABOUT:
                if (name := _named(standing, values, kind)) is not None:
                    Known(standing).require_if_there(kind, name)
        entitled = may_need_second(values) and self._proposes(standing, values)
        if not entitled or _named(standing, values, "employee") == proposer:
            raise NotEntitled("not_yours_to_do", do=do, by=proposer)

    def _proposes(self, standing: Standing, values: Values) -> bool:
        """Whether somebody holds an office that proposes such a command, at a site that it is about."""
        offices = PROPOSERS.get(str(values.get("do")), frozenset())
        return any(offices & set(standing.offices(site)) for site in self._sites(standing, values))

    def _deciders(self, standing: Standing, values: Values) -> Iterator[str]:
        """Those among whom a second person is found, each once."""
        asked = {standing.person, _named(standing, values, "employee")}
        for office in CONFIRMERS.get(str(values.get("do")), ()):
            for site in self._sites(standing, values):
                for held in holders(standing.context, site, office, _today(standing, site)):
                    if held.employee not in asked:
                        asked.add(held.employee)
                        yield held.employee

    def _sites(self, standing: Standing, values: Values) -> list[str]:
        """The sites whose offices decide a command: that of whom it is about, in its month, the one it names, or all."""
        context, known = standing.context, list(standing.context.sites())
        try:
            employee, reward = (_named(standing, values, kind) for kind in _ABOUT)
            if employee is not None and values.get("do") != "appoint":
                about, month = context.employee(employee), _month(values)
                return [site_today(context, about) if month is None else about.site_in(month)]
            if reward is not None:
                owner = context.owner_of("reward", reward)
                return [owner.site_in(owner.rewards[reward].month)]
        except Unknown:
            return known
        return [values["site"]] if values.get("site") in known else known

    def _tried(self, values: Values) -> Applied:
        return Recording(self._desk).typed(values, dry_run=True)


def _seen(values: Values, proposer: str, tried: Applied) -> str:
    """The digest of whose proposal it is, what it says, and what it would change: figures alone are alike for many."""
    said = json.dumps([proposer, values], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{said}\n{digest_of(tried)}".encode()).hexdigest()


def _named(standing: Standing, values: Values, kind: str) -> str | None:
    """The id of a command's thing of a kind, in full where it was typed in short; None where it names none."""
    return _in_full(state_of(standing), values, kind)


def _in_full(state: LedgerState, values: Values, kind: str) -> str | None:
    """The id of what a command names, in full; None where it names none, or makes one, whose id is not there yet."""
    given = values.get(kind)
    if not isinstance(given, str) or kind == made_by(str(values.get("do"))):
        return None
    try:
        return full_id(state, kind, given, kind)
    except InputError:  # it may mean several: told when it is decided
        return given


def concerns_erased(state: LedgerState, values: Values) -> bool:
    """Whether a command is about somebody whose words were erased: by number, a reward of theirs, or a name of nobody."""
    if not state.erased():
        return False
    employee = _in_full(state, values, "employee")
    if employee is not None and state.stream_of("employee", employee) is None:
        return True
    about = _about(state, values)
    return about is not None and state.employee(about).erased_on is not None


def _about(state: LedgerState, values: Values) -> str | None:
    """Whom a command is about: by number, or by a reward of theirs; None: it is about nobody."""
    employee, reward = (_in_full(state, values, kind) for kind in _ABOUT)
    stream = None if reward is None else state.stream_of("reward", reward)
    return employee if stream is None else employee_of(stream)


def _month(values: Values) -> str | None:
    """The month a command about somebody is of: stated, or that of when it happened; None: it is of none."""
    try:
        return parse_month(str(values.get("month") or values.get("occurred_on"))[:7])
    except Malformed:
        return None


def _today(standing: Standing, site: str) -> date:
    return standing.context.today(site)


def _holds(standing: Standing, offices: frozenset[str]) -> bool:
    """Whether somebody holds one of some offices anywhere today."""
    if not standing.is_employed:
        return False
    return any(
        offices & offices_of(standing.context, standing.person, site, standing.today)
        for site in standing.context.sites()
    )
