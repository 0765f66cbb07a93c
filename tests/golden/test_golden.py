"""Ledgers written by earlier versions stay readable, verifiable and mean what they meant."""

import json
import shutil
from pathlib import Path

import pytest

from ledger.application.proving.presented import read_receipt
from tests.golden.make import HERE, told
from tests.support import office
from tests.support.story import open_ledger

LEDGERS = sorted(folder.parent for folder in HERE.glob("*/kaoji.db"))


@pytest.fixture(params=LEDGERS, ids=lambda folder: folder.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy, since reading leaves sheets beside it."""
    return Path(shutil.copytree(request.param, tmp_path / "kept"))


def test_a_ledger_of_each_earlier_layout_is_kept() -> None:
    assert [folder.name for folder in LEDGERS] == ["layout-2", "layout-3"]


def test_a_ledger_of_an_earlier_layout_says_what_it_said(kept: Path) -> None:
    with open_ledger(kept / "kaoji.db", office.NOW) as ledger:
        said = json.loads(json.dumps(told(ledger), ensure_ascii=False))
    assert said == json.loads((kept / "told.json").read_text("utf-8"))


def test_it_verifies_to_the_last_decision(kept: Path) -> None:
    keys = (kept / "kaoji.key.pub").read_text("utf-8").split()
    with open_ledger(kept / "kaoji.db", office.NOW) as ledger:
        verified = ledger.proofs.verify((kept / "checkpoint").read_bytes(), keys, everything=True, deep=True)
    assert verified.faults == []
    assert verified.audited.window == 0


def test_a_receipt_of_an_earlier_layout_is_proven(kept: Path) -> None:
    keys = (kept / "kaoji.key.pub").read_text("utf-8").split()
    read = read_receipt((kept / "N2.receipt").read_bytes(), keys)
    lines, proven = read.lines, read.proven
    assert proven
    assert any("對來訪者未主動問候" in line for line in lines)


def test_a_ledger_of_an_earlier_layout_is_recorded_in(kept: Path) -> None:
    with open_ledger(kept / "kaoji.db", office.NOW) as ledger:
        before = ledger.log.position()
        ledger.record.apply(office.lines([office.register_site("north")]))
        assert ledger.log.position() == before + 1
        assert ledger.proofs.verify(deep=True).faults == []
