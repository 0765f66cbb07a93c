"""Which parts of a ledger a viewer is handed: whole for whoever keeps the files, guarded or refused for a person."""

from functools import cached_property
from typing import TYPE_CHECKING

from ledger.application.desk.viewed_ledger import ViewedLedger
from ledger.application.ledger import Ledger
from ledger.projections.anew import Progress

if TYPE_CHECKING:
    from ledger.application.backups import Backups
    from ledger.application.desk.proposals import Proposing
    from ledger.application.desk.transcribing import Transcribing
    from ledger.application.evidence import Evidence
    from ledger.application.examination import Examination
    from ledger.application.exports import Exports
    from ledger.application.papers import Papers
    from ledger.application.people import People
    from ledger.application.policies import Policies
    from ledger.application.proving.proofs import Proofs
    from ledger.application.proving.witness import Witnesses
    from ledger.application.recording.imports import Imports
    from ledger.application.recording.recording import Recording
    from ledger.application.review import Review
    from ledger.application.upgrade import Upgrade


class HandedParts(ViewedLedger):
    """A ledger whose parts are the viewer's to call. NotEntitled `not_yours_to_read` for what is the keeper's alone."""

    @cached_property
    def record(self) -> "Recording":
        """What is recorded: by a person in their own name alone."""
        from ledger.application.desk.recording import OwnRecording
        from ledger.application.recording.recording import Recording

        return Recording(self) if self.person is None else OwnRecording(self)

    @cached_property
    def review(self) -> "Review":
        """What reviewers ask."""
        from ledger.application.desk.parts import OwnReview
        from ledger.application.review import Review

        return Review(self) if self.person is None else OwnReview(self)

    @cached_property
    def people(self) -> "People":
        """What the people on record may ask: each about themselves."""
        from ledger.application.desk.parts import OwnPeople
        from ledger.application.people import People

        return People(self) if self.person is None else OwnPeople(self)

    @cached_property
    def proofs(self) -> "Proofs":
        """Checkpoints and keys for everybody, receipts of one's own record, verification for the auditor."""
        from ledger.application.desk.parts import OwnProofs
        from ledger.application.proving.proofs import Proofs

        return Proofs(self) if self.person is None else OwnProofs(self)

    @cached_property
    def policies(self) -> "Policies":
        """The policy book, which everybody reads."""
        from ledger.application.desk.policies import OwnPolicies
        from ledger.application.policies import Policies

        return Policies(self) if self.person is None else OwnPolicies(self)

    @cached_property
    def exports(self) -> "Exports":
        """Files for other programs, for whoever handles pay."""
        from ledger.application.desk.exports import OwnExports
        from ledger.application.exports import Exports

        return Exports(self) if self.person is None else OwnExports(self)

    @cached_property
    def papers(self) -> "Papers":
        """Printed forms, for whoever keeps the files."""
        from ledger.application.papers import Papers

        self.require_keeper("papers")
        return Papers(self)

    @cached_property
    def imports(self) -> "Imports":
        """Spreadsheets as offices have them, for whoever keeps the files; what pay took, for finance."""
        from ledger.application.desk.imports import OwnImports
        from ledger.application.recording.imports import Imports

        return Imports(self) if self.person is None else OwnImports(self)

    @cached_property
    def examination(self) -> "Examination":
        """The question banks: how answers are marked is no candidate's to read."""
        from ledger.application.desk.examination import OwnExamination
        from ledger.application.examination import Examination

        return Examination(self) if self.person is None else OwnExamination(self)

    @cached_property
    def upgrade(self) -> "Upgrade":
        """Bringing an earlier ledger up, for whoever keeps the files."""
        from ledger.application.upgrade import Upgrade

        self.require_keeper("upgrade")
        return Upgrade(self)

    @cached_property
    def witness(self) -> "Witnesses":
        """What witnesses are asked and have answered, for the auditor."""
        from ledger.application.desk.parts import OwnWitnesses
        from ledger.application.proving.witness import Witnesses

        return Witnesses(self) if self.person is None else OwnWitnesses(self)

    @cached_property
    def evidence(self) -> "Evidence":
        """Evidence files, as far as the words beside them are the person's to read."""
        from ledger.application.desk.parts import OwnEvidence
        from ledger.application.evidence import Evidence

        return Evidence(self) if self.person is None else OwnEvidence(self)

    @cached_property
    def backups(self) -> "Backups":
        """Backups, for whoever keeps the files."""
        from ledger.application.backups import Backups

        self.require_keeper("backups")
        return Backups(self)

    # --- by two people, and on paper ----------------------------------------------------------------

    @cached_property
    def proposing(self) -> "Proposing":
        """What takes a second person: proposed by one, confirmed by another."""
        from ledger.application.desk.proposals import Proposing

        return Proposing(self)

    @cached_property
    def transcribing(self) -> "Transcribing":
        """What came on paper, typed for whoever wrote it."""
        from ledger.application.desk.transcribing import Transcribing

        return Transcribing(self)

    # --- the keeper's alone ---------------------------------------------------------------------------

    def ids(self, kind: str, prefix: str, limit: int = 50) -> list[str]:
        """The ids of a kind that begin so, for whoever keeps the files."""
        return super().ids(kind, prefix, limit) if self.person is None else []

    def elsewhere(self, folder: str) -> Ledger:
        """A ledger of its own in a folder, for whoever keeps the files."""
        self.require_keeper("ledger")
        return super().elsewhere(folder)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Draws every projection anew, for whoever keeps the files."""
        self.require_keeper("rebuild")
        return super().rebuild(progress)

    def project(self) -> tuple[int, int]:
        """Catches the projections up, for whoever keeps the files."""
        self.require_keeper("project")
        return super().project()

    def rebuild_month(self, month: str, site: str | None = None) -> int:
        """Draws one month anew, for whoever keeps the files."""
        self.require_keeper("rebuild")
        return super().rebuild_month(month, site)
