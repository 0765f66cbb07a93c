"""What came on paper, typed at the desk for whoever wrote it: in the author's name, by the typist as operator."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from ledger.access.acts import OWN_SHEET, TRANSCRIBERS, in_name_of
from ledger.access.standing import Standing
from ledger.aggregates.authority import site_today
from ledger.application.desk.as_seen import RecordingAsSeen
from ledger.application.desk.desk_part import DeskPart
from ledger.application.desk.known import Known, is_about, state_of
from ledger.application.recording.applied import Applied
from ledger.application.recording.previewed import digest_of
from ledger.application.recording.recording import Recording
from ledger.errors import InputError, NotEntitled, Unknown
from ledger.formats import Malformed, parse_month
from ledger.state.ids import full_id

Values = dict[str, Any]
PAPER: Final = r"[0-9A-Za-z][0-9A-Za-z./-]{0,39}|[0-9a-f]{64}"
"""The number that stands on a paper, or the SHA-256 of its scan."""


class Transcribing(DeskPart):
    """What a person may type for others. NotEntitled `not_yours_to_do`; else what is decided about the author."""

    def may(self, do: str) -> bool:
        """Whether the person types such papers at all."""
        return bool(TRANSCRIBERS.get(do, frozenset()) & self._standing().all_offices)

    @staticmethod
    def is_of_own_sheet(do: str) -> bool:
        """Whether such a paper is about its author's own appraisal sheet, and names nobody else."""
        return do in OWN_SHEET

    def preview(self, values: Values, author: str, paper: str) -> tuple[Applied, str]:
        """What a paper would record and change, and the digest of that. InputError `field_wrong`."""
        _require_paper(paper)
        tried = Recording(self._desk).typed(self._command(values, author), dry_run=True)
        return tried, digest_of(tried)

    def record(self, values: Values, author: str, paper: str, key: str, seen: str | None) -> Applied:
        """Records a paper once, if it still changes what was seen. WrongState `impact_changed`."""
        _require_paper(paper)
        command = {**self._command(values, author), "key": key}
        desk = self._desk.acting(f"{self._desk.operator()} paper {paper}")
        return RecordingAsSeen(desk).as_seen(command, lambda tried: seen is None or digest_of(tried) == seen)

    def author(self, given: str) -> str:
        """The staff number of whoever wrote a paper, in full where it was typed in short, or as a name."""
        return full_id(state_of(self._standing()), "employee", given, "employee")

    def hears(self, author: str) -> bool:
        """Whether the person is told that an author knows nothing of a paper: the manager there, and the auditor."""
        standing = self._standing()
        try:
            site = site_today(standing.context, standing.context.employee(author))
        except Unknown:
            return False
        return bool({"manager", "auditor"} & set(standing.offices(site)))

    def _command(self, values: Values, author: str) -> Values:
        """The command in its author's name, who is somebody else.

        It is typed where the author is today, or where that lies what the paper is about: a notice and a month stay there.
        """
        standing = self._standing()
        do = str(values.get("do"))
        name = self.author(author)
        Known(standing).require_if_there("employee", name)
        typists = TRANSCRIBERS.get(do, frozenset())
        sites = {
            site_today(standing.context, standing.context.employee(name)),
            *self._lies(standing, values, name),
        }
        if name == standing.person or not any(typists & standing.offices(site) for site in sites):
            raise NotEntitled("not_yours_to_do", do=do, by=name)
        return in_name_of(values, name, self._is_own(standing, values, name))

    def _lies(self, standing: Standing, values: Values, author: str) -> Iterator[str]:
        """The site where that lies what a paper is about, if that is recorded: of its month."""
        context, state = standing.context, state_of(standing)
        against = values.get("against")
        named = against if isinstance(against, Mapping) else values
        kinds = {"notice": "notice", "liability": "notice", "sanction": "sanction"}
        with suppress(InputError, Malformed, Unknown):
            for field, kind in kinds.items():
                if field in named:
                    name = full_id(state, kind, str(named[field]), field)
                    owner = context.owner_of(kind, name)
                    yield owner.site_in(owner.things[kind][name].month)
            if values.get("do") in OWN_SHEET:
                yield context.employee(author).site_in(parse_month(values.get("month")))
            if values.get("do") == "issue_notice":
                about = context.employee(full_id(state, "employee", str(values.get("employee")), "employee"))
                yield about.site_in(parse_month(str(values.get("occurred_at"))[:7]))

    def _is_own(self, standing: Standing, values: Values, author: str) -> bool:
        """Whether a notice that is acknowledged is about the author."""
        if values.get("do") != "acknowledge_notice":
            return False
        return is_about(standing, str(values.get("notice")), author)


def _require_paper(paper: str) -> None:
    """InputError `field_wrong` where a paper has neither a number nor the digest of its scan."""
    if re.fullmatch(PAPER, paper) is None:
        reason = "A-Z 0-9 . / -, ≤ 40; SHA-256"
        raise InputError("field_wrong", value=paper, reason=reason, field="paper").at(field="paper")
