"""The log's signing key, in a file of its own, and what it signed last.

A key signs only what continues what it signed before (C2SP tlog-checkpoint, "Signatures"): a restored old copy of the
ledger, or one whose past was rewritten, is not signed. What was signed last stands beside the key, not in the ledger.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ledger.errors import StoreError
from ledger.proofs import (
    BadConsistency,
    Checkpoint,
    HashReader,
    Malformed,
    ProofError,
    Signer,
    Verifier,
    consistency_path,
    open_checkpoint,
    sign_checkpoint,
)
from ledger.store.file_locks import locked_file
from ledger.store.files import regular_content, write_durably


def origin_of(identity: str) -> str:
    """How a ledger of this identity is called in its checkpoints, and its key like it."""
    return f"kaoji/{identity}"


class KeyFile:
    """`<file>`: the private key (mode 0600); `.pub`: the public keys, newest first; `.signed`: what was signed last.

    In `.pub` a key that was replaced stands with the size up to which it signed; `.<key id>.signed` is its last
    checkpoint. `.next` is a key that is about to take over.
    """

    # A replacement writes in this order: the old key's last checkpoint, the public keys, the private key; then `.next` goes.
    # Stopped before the public keys it was not begun, stopped behind them it is finished by whoever signs next.

    def __init__(self, path: Path) -> None:
        self.path = path
        self._public = path.with_name(f"{path.name}.pub")
        self._signed = path.with_name(f"{path.name}.signed")
        self._next = path.with_name(f"{path.name}.next")

    def exists(self) -> bool:
        """Whether there is a key here."""
        return self.path.is_file()

    def make(self, origin: str) -> None:
        """A new key called like the log; does nothing where there is one. StoreError `key_unusable`."""
        if not self.exists():
            self._write_new(Signer.generate(origin))

    def prepare(self, origin: str) -> Verifier:
        """A key that shall replace this one, durably beside it; the same as long as it has not replaced it."""
        found = self.prepared()
        if found is not None:
            return found
        new = Signer.generate(origin)
        self._write(self._next, f"{new.secret()}\n".encode(), mode=0o600)
        return new.verifier

    def prepared(self) -> Verifier | None:
        """The public half of the key that shall replace this one; None where there is none."""
        return self._read_signer(self._next).verifier if self._next.exists() else None

    def replace(self, before: Iterable[Verifier] = ()) -> None:
        """Puts the prepared key in place of the old one, which signs nothing more; `before`: older ones, newest first."""
        self._keep_last()
        self._write_new(self._read_signer(self._next), before)
        self._has_replaced()

    def _keep_last(self) -> None:
        """The last checkpoint of the key that goes, beside it: what it signed beyond, it did not sign for us."""
        for note in self.last_note() if self.exists() else ():
            kept = self.path.with_name(f"{self.path.name}.{self.signer().verifier.key_id.hex()}.signed")
            self._write(kept, note)

    def lay_aside(self, position: int) -> None:
        """Puts key and memory aside where a restored ledger leaves what they signed; the public key still checks it."""
        times = 0
        while any(self._aside(file, position, times).exists() for file in (self.path, self._signed)):
            times += 1
        for file in (self.path, self._signed):
            if file.exists():
                try:
                    file.rename(self._aside(file, position, times))
                except OSError as error:
                    raise StoreError("key_unusable", file=str(file), reason=str(error.strerror)) from None

    @staticmethod
    def _aside(file: Path, position: int, times: int) -> Path:
        return file.with_name(f"{file.name}.until-{position}" + (f".{times}" if times else ""))

    def laid_aside(self, position: int) -> Checkpoint | None:
        """What the key signed last that was laid aside for a ledger of so many events; None where none was."""
        try:
            note = regular_content(self._aside(self._signed, position, 0))
            return open_checkpoint(note, self.verifiers()).checkpoint
        except (OSError, ProofError, ValueError):
            return None

    def signer(self) -> Signer:
        """The key. StoreError `key_missing`, `key_unusable`."""
        return self._read_signer(self.path)

    @staticmethod
    def _read_signer(path: Path) -> Signer:
        try:
            return Signer.parse(regular_content(path).decode("ascii").strip())
        except FileNotFoundError:
            raise StoreError("key_missing", file=str(path)) from None
        except (OSError, ValueError, Malformed) as error:
            raise StoreError("key_unusable", file=str(path), reason=str(error)) from None

    def verifiers(self) -> list[Verifier]:
        """The public keys of this log, the newest first; none where their file is not here."""
        try:
            lines = regular_content(self._public).decode("utf-8-sig").split("\n")
            return [Verifier.parse_line(line.strip()) for line in lines if line.strip()]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, Malformed) as error:
            raise StoreError("key_unusable", file=str(self._public), reason=str(error)) from None

    def last_note(self) -> list[bytes]:
        """What was signed last, as it was signed; none where nothing was, or it cannot be read."""
        try:
            return [regular_content(self._signed)]
        except OSError:
            return []

    def last(self) -> Checkpoint | None:
        """What was signed last. StoreError `key_unusable` where it cannot be read: then nothing is signed."""
        try:
            return open_checkpoint(regular_content(self._signed), self.verifiers()).checkpoint
        except FileNotFoundError:
            return None
        except (OSError, ProofError, ValueError) as error:
            raise StoreError("key_unusable", file=str(self._signed), reason=str(error)) from None

    def sign(self, checkpoint: Checkpoint, read: HashReader) -> bytes:
        """The signed note, kept before it leaves. The checkpoint is read after `locked`: nobody signs a later one first.

        StoreError `history_rewritten`, `history_shortened` where it does not continue the last, `key_foreign`.
        """
        signer = self.signer()
        if signer.name != checkpoint.origin:
            raise StoreError("key_foreign", file=str(self.path), name=signer.name)
        last = self.last()
        if last is not None and last.size > checkpoint.size:
            raise StoreError("history_shortened", signed=last.size, events=checkpoint.size)
        path = [] if last is None else consistency_path(last.size, checkpoint.size, read)
        try:
            note = sign_checkpoint(checkpoint, signer, last, path)
        except BadConsistency:
            raise StoreError("history_rewritten", signed=last.size if last else 0) from None
        self._write(self._signed, note)
        return note

    def _write_new(self, signer: Signer, before: Iterable[Verifier] = ()) -> None:
        before, known = tuple(before), self.verifiers()
        last = self.last() if known else None
        if known and last is not None:
            known[0] = known[0].bounded(last.size)
        public: dict[Verifier, Verifier] = {}
        for each in (*known, *before):
            if each != signer.verifier:
                public[each] = public.get(each, each).bounded(each.until)
        order = dict.fromkeys((*before, *known))
        lines = [str(signer.verifier), *(public[each].line() for each in order if each in public)]
        self._write(self._public, ("\n".join(lines) + "\n").encode())
        self._write(self.path, f"{signer.secret()}\n".encode(), mode=0o600)

    def _write(self, path: Path, content: bytes, mode: int = 0o644) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, content, mode)
        except OSError as error:
            raise StoreError("key_unusable", file=str(path), reason=str(error.strerror)) from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else signs, or changes the key, meanwhile. StoreError `key_missing`, `key_unusable`."""
        if not self.exists():
            raise StoreError("key_missing", file=str(self.path))
        lock = self.path.with_name(f"{self.path.name}.lock")
        with ExitStack() as held:
            try:
                held.enter_context(locked_file(lock))
            except OSError as error:  # a folder or a disk that takes no lock, or somebody who keeps it
                raise StoreError("key_unusable", file=str(lock), reason=str(error.strerror)) from None
            self.finish()
            yield

    def finish(self) -> None:
        """A replacement that was stopped once the public keys named the new key: it takes its place now."""
        new = self.prepared()
        if new is not None and self.verifiers()[:1] == [new]:
            self._write(self.path, regular_content(self._next), mode=0o600)
            self._has_replaced()

    def _has_replaced(self) -> None:
        """Takes the prepared key away, which is the key by now. StoreError `key_unusable`; the next to sign ends it."""
        try:
            self._next.unlink()
        except OSError as error:
            raise StoreError("key_unusable", file=str(self._next), reason=str(error.strerror)) from None
