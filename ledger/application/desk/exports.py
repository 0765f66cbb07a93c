"""Files for other programs in a person's hands: what goes into one is theirs to see, at whichever site it is of."""

from typing import TYPE_CHECKING, Any

from ledger.access.classes import Grant, InfoClass
from ledger.application.desk.desk_part import DeskPart
from ledger.application.exports import Exports, Handoff

if TYPE_CHECKING:
    from ledger.application.handoff_verification import HandoffChecked


class OwnExports(DeskPart, Exports):
    """For whoever handles pay. NotEntitled `not_yours_to_read`; Unknown for a site of which nothing is to be known."""

    def handoff(self, month: str, site: str | None, *given: Any, **asked: Any) -> Handoff:
        """The sheets of a close, for whoever handles pay at its site; noted as read."""
        with self._desk.look_at_log() as look:
            name = look.site(site)
        self._require_pay(name, month)
        found = super().handoff(month, name, *given, **asked)
        self._desk.note("pay", f"payroll {month}", f"site:{name}")
        return found

    def check_handoff(self, raw: bytes, given_map: bytes | None = None) -> "HandoffChecked":
        """A file held against a close, for whoever handles pay at its site; what the ledger says there is noted as read."""
        from ledger.application.handoff_verification import HandoffVerification

        def allowed(site: str, month: str) -> None:
            self._require_pay(site, month)
            with self._desk.look_at_log() as look:
                is_closed = look.state.closes.at(site, month) is not None
            if is_closed:
                self._desk.note("pay", f"payroll {month}", f"site:{site}")

        return HandoffVerification(self._ledger).check(raw, given_map, allowed)

    def books(self, *given: Any, **asked: Any) -> bytes:
        """For whoever handles pay at every site; noted as read."""
        lists = self._require_everywhere("books")
        found = super().books(*given, **asked)
        self._desk.note("pay", "payroll", *lists)
        return found

    def analysis(self, as_of: int | None = None) -> dict[str, tuple[bytes, int]]:
        """For whoever handles pay at every site; noted as read."""
        lists = self._require_everywhere("entries")
        found = super().analysis(as_of)
        self._desk.note("pay", "payroll", *lists)
        return found

    def cloudevents(
        self, since: int = 0, words: bool = False, as_of: int | None = None
    ) -> tuple[bytes, tuple[str, ...]]:
        """For whoever may see the events themselves at every site, noted as read; the words for whoever keeps the files."""
        if words:
            self._refuse("events")
        lists = self._require_everywhere("events", "raw")
        found = super().cloudevents(since, words, as_of)
        self._desk.note("raw", "log", *lists)
        return found

    def _require_pay(self, site: str, month: str) -> None:
        if self._standing().at_site(site, "pay") < Grant.WORDS:
            self._refuse(f"payroll {month}")

    def _require_everywhere(self, what: str, info: InfoClass = "pay") -> list[str]:
        """The lists of all sites, by which it is noted. NotEntitled."""
        standing = self._standing()
        sites = sorted(standing.context.sites())
        if any(standing.at_site(site, info) < Grant.WORDS for site in sites):
            self._refuse(what)
        return [f"site:{site}" for site in sites]
