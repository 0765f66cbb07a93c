"""Evidence files: put into the sealed folder and on record, looked through, and handed out.

Attaching one: it is decided first, and nothing lies anywhere where that is refused; then the file is sealed into the
folder, and recorded last. Stopped between the two a file lies there that no event names, which `verify` tells and the
same call once more makes good. Taking one out is recorded first, and the file removed behind it.
"""

import errno
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.application.part import Part
from ledger.application.plain_files import PlainFiles
from ledger.application.recording.applied import Applied
from ledger.errors import Gone, InputError, LedgerError, Taken, Unknown, WrongState
from ledger.events import Recorded
from ledger.events.evidence import EvidenceAttached
from ledger.review import evidence as told
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.evidence_files import MOST_BYTES, NotPlain, read_plain

_MEBIBYTE: Final = 1024 * 1024
_WITH_FILES: Final = ("notice", "appeal")
_WHOLE: Final = frozenset({"found", "sealed"})


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of one file; `applied` None: it was on record before, and its copy lies there now."""

    name: str
    sha256: str
    thing: str
    copied: bool
    applied: Applied | None

    def values(self) -> dict[str, Any]:
        """As `--json` prints it."""
        position = None if self.applied is None else self.applied.position
        return {
            "id": self.thing,
            "name": self.name,
            "sha256": self.sha256,
            "copied": self.copied,
            "position": position,
        }


class Evidence(Part):
    """What goes with notices and appeals as files."""

    def attach(self, name: str, file: Path, given: dict[str, Any], copy: bool = True) -> Attached:
        """Attaches a file to a notice or an appeal; `given` is what was typed besides, such as `by`.

        InputError `evidence_unreadable`, `evidence_not_plain`, `evidence_with_what`; WrongState `evidence_too_large`,
        `evidence_full`, `evidence_closed`, `evidence_differs`; NotEntitled `evidence_not_entitled`; StoreError.
        """
        kind, thing = self._thing(name)
        content = _read(file, thing)
        digest = hashlib.sha256(content).hexdigest()
        described = {"name": file.name, "sha256": digest, "size": len(content)}
        values = {**given, "do": "attach_evidence", "to": {kind: thing}, "evidence": described}
        try:
            tried = self._ledger.record.typed(values, dry_run=True)
        except Taken as error:
            if error.code != "evidence_attached_already":
                raise
            return self._put_back(kind, thing, file.name, digest, content, copy)
        event = _attached(tried.events)
        self._require_same(event)
        put = copy and self._put(event.whose, digest, file.name, content)
        try:
            applied = self._ledger.record.typed(values)
        except LedgerError:
            if put and (event.whose, digest) not in told.standing_copies(LedgerState(self.log)):
                self.log.people.evidence.remove(event.whose, digest)
            raise
        return Attached(file.name, digest, thing, copy, applied)

    def keep_in(self, folder: Path) -> None:
        """Keeps the sealed files in a folder, from now on and for whoever shares this log, wherever they lay before."""
        self.log.people.evidence.given = folder

    def references(self, name: str | None = None) -> list[dict[str, Any]]:
        """`evidence list`: the files on record, of one notice or appeal where it is given, each with its `state`."""
        with self._ledger.look_at_log() as look:
            rows = look.evidence(name)
        return [{**row, "state": self._state(row)} for row in rows]

    def gone(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of `look.evidence` that were put there and lie there no more, or have no key; none is opened."""
        put = [row for row in rows if row["size"] is not None]
        self.log.people.read_erasures_once()
        self.log.people.load_keys([row["whose"] for row in put])
        return [row for row in put if not self.log.people.evidence.lies(row["whose"], row["sha256"])]

    def verify(self, folder: Path | None = None, name: str | None = None) -> dict[str, Any]:
        """`evidence verify`: how each file on record is found, in the sealed folder and among the plain files of one.

        Answers `ok`, `references` (each with `state` and `paths`), `unreferenced` and `skipped` (links, and what cannot be
        read). A plain file is known by its digest, whatever it is called. InputError `file_unreadable`.
        """
        rows = self.references(name)
        plain = PlainFiles() if folder is None else PlainFiles.of(folder)
        for row in rows:
            row["paths"] = plain.by_digest.get(row["sha256"], [])
            row["state"] = _told_state(row, plain)
        values = {"ok": all(row["state"] in _WHOLE for row in rows), "references": rows}
        if name is not None:  # of the other files here one thing alone says nothing
            return {**values, "unreferenced": [], "skipped": plain.skipped}
        known = {row["sha256"] for row in rows}
        loose = [path for digest, paths in plain.by_digest.items() if digest not in known for path in paths]
        strays, links = self._strays()
        return {**values, "unreferenced": sorted(loose) + strays, "skipped": plain.skipped + links}

    def get(self, digest: str) -> tuple[str, str, bytes]:
        """`evidence get`: whose it is, the name and the bytes of a sealed file, by its digest or the beginning of one.

        Unknown `evidence_digest_unknown`; InputError `prefix_of_several`; Gone `evidence_damaged`, `evidence_missing`,
        `evidence_key_gone`.
        """
        with self._ledger.look_at_log() as look:
            rows = [row for row in look.evidence(None) if row["sha256"].startswith(digest.lower())]
        digests = sorted({row["sha256"] for row in rows})
        if not digests:
            raise Unknown("evidence_digest_unknown", sha256=digest)
        if len(digests) > 1:
            raise InputError("prefix_of_several", given=digest, candidates=", ".join(digests))
        row = next((row for row in rows if self._state(row) == "sealed"), rows[0])
        state = self._state(row)
        if state != "sealed":
            raise self._gone(row, state)
        name, content = self.log.people.evidence.open(row["whose"], digests[0])
        return row["whose"], name, content

    def files(self, *things: str) -> dict[str, bytes]:
        """The sealed files of notices and appeals, each by a name of its own: the beginning of its digest and its name.

        What is on record by name only is left out. Gone `evidence_damaged`, `evidence_key_gone`.
        """
        found = {}
        for row in (row for thing in things for row in self.references(thing)):
            if row["state"] == "missing":
                continue
            if row["state"] != "sealed":
                raise self._gone(row, row["state"])
            name, content = self.log.people.evidence.open(row["whose"], row["sha256"])
            found[f"{row['sha256'][:8]}-{Path(name).name}"] = content
        return found

    def of_case(self, appeal: str) -> dict[str, bytes]:
        """The same of an appeal and of the notice it is about. Unknown `appeal_unknown`."""
        with self._ledger.look_at_log() as look:
            _, name, _ = look.thing(f"appeal:{appeal}")
            case = LedgerContext(look.state, look.now).owner_of("appeal", name).appeals[name]
        about = [f"notice:{case.target}"] if case.against in ("notice", "liability") else []
        return self.files(f"appeal:{name}", *about)

    # --- one step of these ------------------------------------------------------------------------------

    def _thing(self, name: str) -> tuple[str, str]:
        with self._ledger.look_at_log() as look:
            kind, thing, _ = look.thing(name)
        if kind not in _WITH_FILES:
            raise InputError("evidence_with_what", id=thing)
        return kind, thing

    def _require_same(self, event: EvidenceAttached) -> None:
        """WrongState `evidence_differs` where the same person named a file so before, and its digest is another."""
        state = LedgerState(self.log)
        thing = f"notice:{event.notice}" if event.notice is not None else f"appeal:{event.appeal}"
        for row in told.references(state, told.telling(state, event.employee), thing):
            if (row["name"], row["by"]) == (event.file, event.by) and row["sha256"] != (event.sha256):
                fields = {"recorded": row["sha256"], "sha256": event.sha256}
                raise WrongState("evidence_differs", id=row["id"], name=row["name"], **fields)

    def _put(self, whose: str, digest: str, name: str, content: bytes) -> bool:
        self.log.people.read_erasures()
        self.log.people.load_keys([whose])
        return self.log.people.evidence.put(whose, digest, name, content)

    def _put_back(
        self, kind: str, thing: str, name: str, digest: str, content: bytes, copy: bool
    ) -> Attached:
        """What is on record already gets its copy once more, under the key it was attached under."""
        state = LedgerState(self.log)
        owner = str(state.stream_of(kind, thing)).partition("/")[2]
        for row in told.references(state, told.telling(state, owner), f"{kind}:{thing}"):
            if copy and row["sha256"] == digest and row["size"] is not None:
                self._put(row["whose"], digest, name, content)
        return Attached(name, digest, thing, copy, None)

    def _state(self, row: dict[str, Any]) -> str:
        """How the sealed copy lies; words of a site have none."""
        if "/" in row["whose"]:
            return "missing"
        self.log.people.read_erasures_once()
        self.log.people.load_keys([row["whose"]])
        return self.log.people.evidence.state(row["whose"], row["sha256"])

    def _gone(self, row: dict[str, Any], state: str) -> Gone:
        """What is said of a file on record that is not found as it was put: which, since when, and what it is with.

        `on`: the day it was put there; `seen_at`: when it was handed out last, whole; None: never.
        """
        told = {name: row[name] for name in ("thing", "id", "name", "sha256", "on")}
        handed_out = self.log.people.handouts(row["whose"]) if "/" not in row["whose"] else []
        seen = [each["recorded_at"] for each in handed_out if _is_of(each, row["sha256"])]
        return Gone(f"evidence_{state}", **told, seen_at=max(seen, default=None))

    def _strays(self) -> tuple[list[str], list[str]]:
        """What lies in the sealed folder and belongs to no file on record; and the links, which are not followed."""
        people = self.log.people
        rows = told.references(state := LedgerState(self.log), told.telling(state, None))
        owners = sorted({row["whose"] for row in rows if "/" not in row["whose"]})
        people.load_keys(owners)
        named = people.evidence.person_ids(owners)
        known = {(row["whose"], row["sha256"]) for row in rows}
        strays, links = [], []
        for each in people.evidence.lying():
            path = str(people.evidence.folder / each.path)
            if each.is_link:
                links.append(path)
            elif (named.get(each.person or ""), each.sha256) not in known:
                strays.append(path)
        return strays, links


def _read(file: Path, thing: str) -> bytes:
    """The bytes of a file that is attached. InputError `evidence_not_plain`, `evidence_unreadable`; WrongState."""
    try:
        return read_plain(file)
    except NotPlain:
        raise InputError("evidence_not_plain", file=str(file)) from None
    except OSError as error:
        if error.errno == errno.EFBIG:
            mebibytes = MOST_BYTES // _MEBIBYTE
            size = file.stat().st_size
            raise WrongState("evidence_too_large", id=thing, size=size, mebibytes=mebibytes) from None
        reason = error.strerror or str(error)
        raise InputError("evidence_unreadable", file=str(file), reason=reason) from None


def _attached(events: Iterable[Recorded]) -> EvidenceAttached:
    return next(each.event for each in events if isinstance(each.event, EvidenceAttached))


def _is_of(handed_out: dict[str, str], digest: str) -> bool:
    """Whether what was handed out is a file, by the beginning of its digest, which is noted with it."""
    return handed_out["what"] == "evidence" and handed_out["file"].endswith(digest[:16])


def _told_state(row: dict[str, Any], plain: PlainFiles) -> str:
    """How a file is found: a damaged copy is told above all, then a plain file, a sealed one, and another's bytes."""
    if row["state"] == "damaged":
        return "damaged"
    if row["paths"]:
        return "found"
    if row["state"] != "sealed" and row["name"] in plain.names:
        return "changed"
    return str(row["state"])
