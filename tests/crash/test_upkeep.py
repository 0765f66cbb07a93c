"""Restore, key rotation, erasure, upgrade and what leaves the house are struck at every call that changes something:
nothing half done is mistaken for whole, and the second try goes on."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.application.ledger import Ledger
from ledger.application.proving.presented import read_receipt
from ledger.store.key_check import people_of
from tests.crash.conftest import Strikers
from tests.crash.scene import (
    LAST,
    MONTH,
    OFFICE,
    applied,
    kaoji,
    must_be_told_in_words,
    rehearsed,
)
from tests.crash.tally import Tally
from tests.golden.make import HERE
from tests.support import faults, office
from tests.support.faults import ERRNOS, KILLED, TORN, Call, Ended, Fault
from tests.support.story import opened

HOWS = os.environ.get("KAOJI_CRASH_UPKEEP", KILLED).split(",")
"""How it is struck; with `killed,torn,EIO,ENOSPC` the suite takes ten minutes more."""
WRITES = ("write", "pwrite64")
LEAVING = office.lines([office.register_employee("X1"), office.record_departure("X1", "2026-09-01")])


class Scene(NamedTuple):
    """A ledger laid out in a folder, the command that is struck, and what must be true after a strike and at the end."""

    lay_out: Callable[[Path], None]
    words: Callable[[Path], list[str]]
    struck: Callable[[str], None]
    done: Callable[[str], None]


# --- restore ----------------------------------------------------------------------------------------------


def _backed_up(folder: Path) -> None:
    """A backup and its keyring, and the signing key; the ledger is gone."""
    url = f"sqlite:///{folder / 'kaoji.db'}"
    applied(url, OFFICE, MONTH)
    with opened(url) as ledger:
        ledger.proofs.checkpoint()
        ledger.backups.make(folder / "backup", folder / "keyring")
    for lost in folder.glob("kaoji*.db*"):
        lost.unlink()


def _restored_or_not_there(url: str) -> None:
    with opened(url) as ledger:
        if ledger.log.exists():
            _restored(url)


def _restored(url: str) -> None:
    with opened(url) as ledger:
        verified = ledger.proofs.verify(deep=True)
        assert (verified.faults, verified.unchecked) == ([], [])
        assert ledger.names(["E001"]) == {"E001": "員工E001"}
        assert ledger.proofs.checkpoint()


# --- a new signing key --------------------------------------------------------------------------------------


def _signed(folder: Path) -> None:
    url = f"sqlite:///{folder / 'kaoji.db'}"
    applied(url, OFFICE)
    with opened(url) as ledger:
        ledger.proofs.checkpoint()


def _signs(url: str) -> None:
    """Whatever key is there signs what continues what was signed, and verify knows it."""
    with opened(url) as ledger:
        note = ledger.proofs.checkpoint()
        assert ledger.proofs.verify(note, everything=True).faults == []


def _rotated(url: str) -> None:
    _signs(url)
    with opened(url) as ledger:
        newest, *older = ledger.proofs.public_keys()
        assert len(older) in (1, 2)
        assert older[-1] != newest
        assert ledger.proofs.verify(deep=True).faults == []
        assert not list(Path(url.removeprefix("sqlite:///")).parent.glob("*.next"))


# --- an erasure ---------------------------------------------------------------------------------------------


def _leaving(folder: Path) -> None:
    applied(f"sqlite:///{folder / 'kaoji.db'}", OFFICE, LEAVING)


def _erased_or_not(url: str) -> None:
    """Before the event everything can be read; behind it nothing, were the key still there."""
    with opened(url) as ledger:
        is_erased = bool(ledger.log.of_kind("employee_erased"))
        assert (ledger.names(["X1"])["X1"] == "員工X1") is not is_erased
        found = {fault.code for fault in ledger.proofs.verify(deep=True).faults}
        assert found <= ({"key_not_destroyed"} if is_erased else set())


def _erased(url: str) -> None:
    with opened(url) as ledger:
        assert len(ledger.log.of_kind("employee_erased")) == 1
        assert ledger.proofs.verify(deep=True).faults == []
        keyring, subject = ledger.log.keyring, people_of(ledger.log)["X1"]
        assert keyring.key(ledger.log.identity(), subject) is None


# --- an upgrade ---------------------------------------------------------------------------------------------


def _old(folder: Path) -> None:
    shutil.copytree(HERE / "layout-2", folder, dirs_exist_ok=True)


def _bound_or_not(url: str) -> None:
    """All keys or none are bound, and the ledger is sound either way."""
    with opened(url) as ledger:
        verified = ledger.proofs.verify(deep=True)
        assert verified.faults == []
        assert verified.unbound in (0, len(people_of(ledger.log)))


def _bound(url: str) -> None:
    with opened(url) as ledger:
        verified = ledger.proofs.verify(deep=True)
        assert (verified.faults, verified.unbound) == ([], 0)
        assert len(ledger.log.of_kind("keys_bound")) == 1


# --- what leaves the house ----------------------------------------------------------------------------------


def _closed(folder: Path) -> None:
    applied(f"sqlite:///{folder / 'kaoji.db'}", OFFICE, MONTH)


def _left_or_not_kept(url: str) -> None:
    """A checkpoint that is kept stands in what has left."""
    with opened(url) as ledger:
        if ledger.proofs.covered():
            _left(url)


def _left(url: str) -> None:
    folder = Path(url.removeprefix("sqlite:///")).parent
    with opened(url) as ledger:
        assert ledger.proofs.covered() == ledger.position()
        for receipt in folder.glob("*.receipt"):
            assert read_receipt(receipt.read_bytes(), ledger.proofs.public_keys()).proven
        for handed in folder.glob("*.xlsx"):
            assert ledger.exports.check_handoff(handed.read_bytes()).ok
        assert [*folder.glob("*.receipt"), *folder.glob("*.xlsx")]


SCENES = {
    "restore": Scene(
        _backed_up,
        lambda folder: ["restore", str(folder / "backup"), "--keyring", str(folder / "keyring")],
        _restored_or_not_there,
        _restored,
    ),
    "key rotate": Scene(_signed, lambda _: ["key", "rotate", "--on", "2026-09-02"], _signs, _rotated),
    "erase": Scene(
        _leaving,
        lambda _: [
            "employee",
            "erase",
            "X1",
            "--ground",
            "service_ended",
            "--by",
            "O01",
            "--on",
            "2026-09-02",
        ],
        _erased_or_not,
        _erased,
    ),
    "receipt": Scene(
        _closed,
        lambda folder: ["receipt", "N1", "--out", str(folder / "N1.receipt"), "--force"],
        _left_or_not_kept,
        _left,
    ),
    "hand-off": Scene(
        _closed,
        lambda folder: ["export", "payroll", office.MONTH, "--out", str(folder / "pay.xlsx"), "--force"],
        _left_or_not_kept,
        _left,
    ),
    "upgrade": Scene(_old, lambda _: ["upgrade"], _bound_or_not, _bound),
}


def _again(url: str, words: list[str], struck: Ended) -> None:
    """The same once more: it is done, or says that it was."""
    ended = kaoji(url, *words)()
    with opened(url) as ledger:
        already = words[0] == "restore" and ledger.log.exists()
        erased = words[:2] == ["employee", "erase"] and bool(ledger.log.of_kind("employee_erased"))
    assert ended == 0 or ((already or erased) and ended == 3), (ended, struck.err)


def strike(folder: Path, part: int, parts: int, name: str, how: str) -> Tally:
    """Every call of it, each in a run of its own."""
    scene, tally = SCENES[name], Tally()
    pattern, place = folder / "pattern", folder / "ledger"
    url = f"sqlite:///{place / 'kaoji.db'}"
    pattern.mkdir()
    scene.lay_out(pattern)

    def lay_out() -> None:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(pattern, place)

    def run(fault: Fault | None = None) -> Ended:
        lay_out()
        return faults.run(kaoji(url, *scene.words(place)), place, fault)

    lay_out()
    rehearsed(kaoji(url, *scene.words(place)))
    clean = run()
    assert clean.status == 0, clean.err
    scene.done(url)
    for at, call in enumerate(clean.calls):
        if at % parts != part or (how == TORN and call.name not in WRITES):
            continue
        ended = run(Fault(at, how))
        try:
            assert ended.struck == call, "the calls are the same every time"
            tally.faults += 1
            if how in ERRNOS:
                must_be_told_in_words(ended)
            scene.struck(url)
            _again(url, scene.words(place), ended)
            scene.done(url)
            if name != "upgrade":  # its file was recorded already
                assert applied(url, LAST)[0].recorded == 1
            tally.verified += 1
        except Exception as error:
            raise AssertionError(f"{name}, {how} at call {at}, {call}: {error!r}") from error
    return tally


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("name", SCENES)
def test_upkeep_struck_at_any_call_leaves_nothing_half_done_and_goes_on(
    name: str, how: str, strikers: Strikers, folder: Path
) -> None:
    assert strikers.share(strike, folder, name, how).faults > 5


def test_the_calls_are_those_that_were_meant(folder: Path) -> None:
    pattern, place = folder / "pattern", folder / "ledger"
    pattern.mkdir()
    _backed_up(pattern)
    shutil.copytree(pattern, place)
    words = SCENES["restore"].words(place)
    calls = faults.run(kaoji(f"sqlite:///{place / 'kaoji.db'}", *words), place).calls
    keyring = max(n for n, call in enumerate(calls) if call.on.startswith("kaoji.keys.db"))
    renamed = [n for n, call in enumerate(calls) if call.name.startswith("rename")]
    assert renamed
    assert keyring < max(renamed)
    assert isinstance(calls[0], Call)
    with Ledger(f"sqlite:///{place / 'kaoji.db'}", now=office.now) as ledger:
        assert ledger.log.exists()
