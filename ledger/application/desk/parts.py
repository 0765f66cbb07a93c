"""The parts of a ledger in a person's hands: what they may call of each, and only about what is theirs."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ledger.access.classes import Grant
from ledger.aggregates.authority import site_today
from ledger.application.desk.desk_part import DeskPart
from ledger.application.desk.impact import noted_impact
from ledger.application.desk.known import Known, state_of
from ledger.application.evidence import Evidence
from ledger.application.people import People, PersonExport
from ledger.application.proving.kept_checkpoints import ComparedCheckpoint
from ledger.application.proving.proofs import Proofs
from ledger.application.proving.witness import Cosigned, Witnesses
from ledger.application.review import Closing, Review
from ledger.errors import NotEntitled, Unknown
from ledger.events.employees import is_somebodys
from ledger.projections.anew import Progress
from ledger.review.changed_figures import ChangedFigures
from ledger.review.impact import Impact
from ledger.state.ids import full_id
from ledger.terms import Outcome


def _fallen(name: str) -> tuple[str, str]:
    """What is imagined withdrawn: a mark after `check:`, else a notice."""
    kind, colon, check = name.partition(":")
    return ("check", check) if colon and kind == "check" else ("notice", name)


class OwnReview(DeskPart, Review):
    """What is asked with a look is guarded by it; the rest is asked here."""

    def unstated(self, after: int) -> list[int]:
        """For whoever runs a site."""
        standing = self._standing()
        if standing.anywhere("running") < Grant.WORDS:
            self._refuse("unstated")
        return super().unstated(after)

    def what_if(
        self,
        appeals: Iterable[tuple[str, Outcome, int | None]] = (),
        without: Iterable[str] = (),
        as_of: int | None = None,
        objections: Iterable[tuple[str, int]] = (),
        cases: Iterable[tuple[str, Closing]] = (),
    ) -> Impact:
        """For whoever decides the case, or sees the figures of the whole site, of open months too, and is in no conflict.

        Whose figures would change is noted as read.
        """
        asked, taken = list(appeals), list(without)
        verified, closed = list(objections), list(cases)
        standing = self._standing()
        state = state_of(standing)
        imagined = [("appeal", each[0]) for each in asked] + [_fallen(each) for each in taken]
        imagined += [("objection", each[0]) for each in verified] + [("case", each[0]) for each in closed]
        for kind, given in imagined:
            name = full_id(state, kind, given, kind)
            owner = standing.context.owner_of(kind, name)
            Known(standing).require_known(kind, name)
            if kind == "appeal":
                relations = standing.to_appeal(owner, owner.appeals[name])
                allowed = standing.grant(relations, "case") is Grant.WORDS
            else:
                site = owner.site_in(owner.things[kind][name].month)
                allowed = standing.sees_open_months(site)
            if not allowed:
                self._refuse(name)
        found = super().what_if(asked, taken, as_of, verified, closed)
        return noted_impact(self._desk, found, "what-if")  # of which cases is for whoever may know of them

    def what_if_policy(
        self,
        document: bytes,
        employee: str | None = None,
        site: str | None = None,
        month: str | None = None,
        as_of: int | None = None,
    ) -> Impact:
        """For whoever sees the figures of the whole site, of open months too; whose would change is noted as read."""
        standing = self._standing()
        wanted = self._site_asked(site)
        if employee is not None and employee != standing.person:
            wanted = site_today(standing.context, standing.context.employee(employee))
        if employee != standing.person and not standing.sees_open_months(wanted):
            self._refuse("what-if --policy")
        found = super().what_if_policy(document, employee, None if employee else wanted, month, as_of)
        months = sorted({row["month"] for row in (*found.before["monthly"], *found.after["monthly"])})
        return noted_impact(self._desk, found, f"trial {'/'.join((*months[:1], *months[-1:]))}")

    def require_trial(self, site: str | None) -> None:
        """For whoever sees the figures of the whole site, of open months too."""
        with self._desk.look_at_log() as look:
            name = look.site(site)
        if not self._standing().sees_open_months(name):
            self._refuse("what-if --policy")

    def try_policy(
        self,
        document: bytes,
        site: str | None = None,
        month: str | None = None,
        as_of: int | None = None,
        changed: ChangedFigures | None = None,
        progress: Progress | None = None,
        through: str | None = None,
    ) -> dict[str, Any]:
        """For whoever sees the figures of the whole site."""
        self.require_trial(site)
        return super().try_policy(document, self._site_asked(site), month, as_of, changed, progress, through)


class OwnPeople(DeskPart, People):
    """Everybody about themselves."""

    def _own(self, employee: str, what: str) -> str:
        name = full_id(state_of(self._standing()), "employee", employee, "employee")
        if name != self._desk.person:
            self._refuse(what)
        return name

    def export(self, employee: str, language: Any) -> PersonExport:
        """All that is held on oneself."""
        return super().export(self._own(employee, "employee export"), language)

    def handouts(self, employee: str) -> list[dict[str, str]]:
        """Which files left the ledger with one's own words."""
        return super().handouts(self._own(employee, "employee handouts"))


class OwnEvidence(DeskPart, Evidence):
    """Attached in one's own name, listed and handed out as one may read the words; the auditor looks at all of them."""

    def verify(self, folder: Path | None = None, name: str | None = None) -> dict[str, Any]:
        """The files of one thing as far as they are one's to read; of the whole ledger for whoever may see the events."""
        if name is None:
            self._require_raw("evidence verify")
        return super().verify(folder, name)

    def keep_in(self, folder: Path) -> None:
        """For whoever keeps the files."""
        self._refuse("evidence")


class OwnProofs(DeskPart, Proofs):
    """Checkpoints and keys are everybody's; a receipt is of one's own record; the auditor verifies."""

    def receipt(self, name: str) -> bytes:
        """The receipt of something on one's own record, or of an appeal of one's own."""
        return super().receipt(self._own(name))

    def hands_out(self, name: str) -> bool:
        """Whether a receipt of something is the person's to have."""
        try:
            self._own(name)
        except (NotEntitled, Unknown):
            return False
        return True

    def _own(self, name: str) -> str:
        """What is on one's own record, or an appeal of one's own, as `kind:id`. Unknown; NotEntitled."""
        with self._desk.look_at_log() as look:
            kind, thing, _ = look.thing(name)
        standing = self._standing()
        context = standing.context
        if kind != "employee" and not is_somebodys(context.stream_of(kind, thing)):
            self._refuse(f"receipt {name}")
        owner = context.employee(thing) if kind == "employee" else context.owner_of(kind, thing)
        filed = kind == "appeal" and owner.appeals[thing].appellant == standing.person
        own = owner.employee == standing.person and (kind != "appeal" or filed)
        if not own and not filed:
            self._refuse(f"receipt {name}")
        return f"{kind}:{thing}"

    def verify(self, *given: Any, **asked: Any) -> Any:
        """For whoever may see the events themselves."""
        self._require_raw("verify")
        return super().verify(*given, **asked)

    def new_key(self, replaced: str | None = None, lost: bool = False) -> str:
        """For whoever keeps the files."""
        self._refuse("key")

    def rotate_key(self, given: dict[str, Any]) -> tuple[str, str]:
        """For whoever keeps the files."""
        self._refuse("key")

    def export_tiles(self, folder: Path) -> int:
        """For whoever keeps the files."""
        self._refuse("tiles")


class OwnWitnesses(DeskPart, Witnesses):
    """What witnesses are asked and have answered, for whoever may see the events themselves."""

    def request(self, seen: int, give: Callable[[bytes], object] | None = None) -> bytes:
        """What a witness is handed, for the auditor."""
        self._require_raw("witness")
        return super().request(seen, give)

    def take(self, note: bytes, vkeys: Iterable[str], keep: bool = True) -> Cosigned:
        """A cosigned checkpoint, for the auditor: it is kept as the one is that is fetched, and records nothing."""
        self._require_raw("witness")
        return super().take(note, vkeys, keep)

    def kept(
        self, vkeys: Iterable[str] = (), before: int | None = None, limit: int = 1
    ) -> list[ComparedCheckpoint]:
        """The checkpoints that are kept, for the auditor."""
        self._require_raw("witness")
        return super().kept(vkeys, before, limit)

    def cosigned(self) -> list[tuple[int, list[str]]]:
        """What has been cosigned, for the auditor."""
        self._require_raw("witness")
        return super().cosigned()
