"""A checked read: what is shown is proven event by event against a signed checkpoint, and nothing is shown otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.proofs.entry import leaf_writer
from ledger.proofs.tiles import TILE_WIDTH
from tests.support import office
from tests.support.story import open_ledger
from tests.tamper.forger import Forger

SHOWN = [
    ["report", "monthly", office.MONTH],
    ["report", "payroll", office.MONTH],
    ["report", "public-list", office.MONTH],
    ["report", "appeals"],
    ["report", "fairness", office.MONTH],
    ["explain", "E002", office.MONTH],
    ["explain", "E002", office.MONTH, "--pay"],
    ["log", "E002"],
    ["log"],
    ["what-if", "--without", "N2"],
]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def url(ledger_url: str, tmp_path: Path) -> str:
    """Two tiles and a rest; signed at 300 events, and a copy of that kept outside."""
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        filling = [
            office.register_site(f"S{n}", timezone="Asia/Shanghai") for n in range(300 - ledger.position())
        ]
        ledger.record.apply(office.lines(filling))
        (tmp_path / "outside").write_bytes(ledger.proofs.checkpoint())
        (tmp_path / "vkey").write_text("\n".join(ledger.proofs.public_keys()))
    return ledger_url


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_the_same_is_shown_and_a_line_says_that_it_is_proven(
    words: list[str], url: str, capsys: Capture
) -> None:
    site = ["--site", office.SITE] if words[0] == "report" else []
    for extra in ([], ["--json"]):
        asked = [*words, *site, *extra, "--ledger", url, "--lang", "en"]
        assert run(asked) == 0
        plain = capsys.readouterr()
        assert run([*asked, "--checked"]) == 0
        checked = capsys.readouterr()
        assert checked.out.replace(" · as of position 300", "") == plain.out
        assert "each of them stands in the tree that was signed at 300 events" in checked.err


def test_what_is_newer_than_the_checkpoint_is_counted(url: str, tmp_path: Path) -> None:
    with Ledger(url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines([office.grant_reward("R9", "E002", 1)]))
        with ledger.checked((tmp_path / "outside").read_bytes()) as proven:
            ledger.review.history("E002")
        assert (proven.newer, proven.signed) == (1, 300)
        assert proven.events >= len(ledger.review.history("E002"))


def test_without_a_checkpoint_nothing_is_shown(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "new.db"
    with open_ledger(file, office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
    assert run(["log", "--checked", "--ledger", f"sqlite:///{file}", "--lang", "en"]) == 3
    told = capsys.readouterr()
    assert not told.out
    assert "was ever signed" in told.err
    assert run(["report", "appeals", "--since", "x", "--ledger", f"sqlite:///{file}", "--lang", "en"]) == 2


def _false_points(forger: Forger) -> tuple[int, bytes]:
    """A notice says other points, and its leaf is that of the new words."""
    position = forger.one("SELECT min(position) FROM events WHERE kind = 'notice_issued'")
    forger.fact(position, lambda fact: fact.update(points=9))
    row = forger.all(
        "SELECT events.position, events.stream, version, kind, schema, subject, state FROM events"
        " JOIN subjects ON subjects.stream = events.stream WHERE position = ?",
        position,
    )[0]
    leaf = leaf_writer(forger.one("SELECT identity FROM heads"))(*row)
    forger.do("UPDATE events SET leaf = ? WHERE position = ?", leaf, position)
    return position, leaf


def rewritten(forger: Forger) -> None:
    """The past says something else, and the whole tree is computed anew; what was kept of it is thrown away."""
    _false_points(forger)
    forger.recompute()
    forger.do("DELETE FROM checkpoints")


def tile_rewritten(forger: Forger) -> None:
    """The leaf and the tile that readers compare it with are changed, what is above them is not."""
    position, leaf = _false_points(forger)
    number, at = divmod(position - 1, TILE_WIDTH)
    hashes = bytearray(forger.one("SELECT hashes FROM tiles WHERE level = 0 AND number = ?", number))
    hashes[at * 32 : (at + 1) * 32] = leaf
    forger.do("UPDATE tiles SET hashes = ? WHERE level = 0 AND number = ?", bytes(hashes), number)


@pytest.mark.parametrize(
    ("attack", "code"), [(rewritten, "history_rewritten"), (tile_rewritten, "event_unproven")]
)
def test_a_past_that_readers_cannot_tell_from_the_true_one_is_not_shown_when_it_is_checked(
    attack: Callable[[Forger], None], code: str, sqlite_url: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "kaoji.db"
    with open_ledger(file, office.NOW) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.record.apply(office.lines([office.register_site(f"S{n}") for n in range(300)]))
        checkpoint = ledger.proofs.checkpoint()
    forger = Forger(file)
    attack(forger)
    forger.close()
    with open_ledger(file, office.NOW) as ledger:
        assert ledger.review.explain("E001", office.MONTH)
        with pytest.raises(StoreError) as error, ledger.checked(checkpoint):
            ledger.review.explain("E001", office.MONTH)
    assert error.value.code == code
    (tmp_path / "outside").write_bytes(checkpoint)
    asked = ["explain", "E001", office.MONTH, "--checked", "--since", str(tmp_path / "outside")]
    assert run([*asked, "--ledger", f"sqlite:///{file}", "--lang", "en"]) != 0
    assert not capsys.readouterr().out


def test_a_checked_report_rests_on_events_and_not_on_rows_that_anybody_can_change(url: str) -> None:
    with Ledger(url, now=office.now) as ledger:
        true = ledger.reports.monthly(office.MONTH, office.SITE)
        with ledger.projections.engine.begin() as connection:
            if not url.startswith("sqlite"):
                connection.exec_driver_sql("SET search_path TO kaoji_sheets, public")
            connection.exec_driver_sql("UPDATE sheet_monthly SET points = 99")
    with Ledger(url, now=office.now) as ledger:
        assert ledger.reports.monthly(office.MONTH, office.SITE) != true
        with ledger.checked():
            assert ledger.reports.monthly(office.MONTH, office.SITE) == true


def test_every_leaf_that_was_used_is_compared(url: str) -> None:
    with Ledger(url, now=office.now) as ledger, ledger.checked() as proven:
        events = list(ledger.log.events())
    assert proven.events == len(events) == 300
