"""Files for other programs in a person's hands: what goes into one is theirs to see, at whichever site it is of."""

from collections.abc import Iterator
from contextlib import contextmanager
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
        with self._read_everywhere("books"):
            return super().books(*given, **asked)

    def analysis(self, as_of: int | None = None) -> dict[str, tuple[bytes, int]]:
        """For whoever handles pay at every site; noted as read."""
        with self._read_everywhere("entries"):
            return super().analysis(as_of)

    def cloudevents(
        self, since: int = 0, words: bool = False, as_of: int | None = None
    ) -> tuple[bytes, tuple[str, ...]]:
        """For whoever may see the events themselves at every site, noted as read; the words for whoever keeps the files."""
        if words:
            self._refuse("events")
        with self._read_everywhere("events", "raw", "log"):
            return super().cloudevents(since, words, as_of)

    def _require_pay(self, site: str, month: str) -> None:
        if self._standing().at_site(site, "pay") < Grant.WORDS:
            self._refuse(f"payroll {month}")

    @contextmanager
    def _read_everywhere(self, file: str, info: InfoClass = "pay", what: str = "payroll") -> Iterator[None]:
        """What goes into a file meanwhile is one's to see at every site, and is noted as read at each. NotEntitled."""
        standing = self._standing()
        sites = sorted(standing.context.sites())
        if any(standing.at_site(site, info) < Grant.WORDS for site in sites):
            self._refuse(file)
        yield
        self._desk.note(info, what, *(f"site:{site}" for site in sites))
