"""What the ledger refuses, word for word: every rule of the house (domain.md §§1 to 8) and every malformed input.

The cases are the `*.toml` beside this file. Each is played twice: at the counter for its code and place, and at the
command line for what a person reads.
"""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from tests.labels.raised import errors_told
from tests.refusals.scene import Allowed, Case, Stage, allowed, cases
from tests.support.story import open_ledger
from tests.support.whole import everything_in

CASES = cases()


def named(case: Case | Allowed) -> str:
    return case.name


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The office, set up once for all cases."""
    return Stage(tmp_path_factory.mktemp("office"))


class Desk:
    """The command line at a ledger, with a clock that is set."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self._file = folder / "commands.jsonl"

    def apply(self, ledger: Path, lines: list[bytes], now: str, language: str = "en") -> tuple[int, str, str]:
        """The exit status, and what is printed on stdout and on stderr."""
        self._file.write_bytes(b"".join(lines))
        self._monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", lambda: datetime.fromisoformat(now))
        status = run(["apply", str(self._file), "--ledger", f"sqlite:///{ledger}", "--lang", language])
        told = self._capsys.readouterr()
        return status, told.out, told.err


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Desk:
    return Desk(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_it_is_refused_in_these_words_and_nothing_is_recorded(case: Case, stage: Stage, desk: Desk) -> None:
    file = stage.ledger_with(case.before, case.now)
    with open_ledger(file, datetime.fromisoformat(case.now)) as ledger:
        before = everything_in(ledger.log)
        with pytest.raises(LedgerError) as caught:
            ledger.record.apply(case.file())
        refused = caught.value
        assert refused.code == case.code
        assert refused.place == {"line": case.line} | ({"field": case.field} if case.field else {})
        assert refused.exit_status == case.status

        assert desk.apply(file, case.file(), case.now) == (
            case.status,
            "",
            f"error: {case.error}\nhint: {case.hint}\n{case.behind}",
        )
        assert everything_in(ledger.log) == before
    assert not file.with_suffix(".sheets.db").exists()


@pytest.mark.parametrize("case", [case for case in CASES if case.zh], ids=named)
def test_it_is_refused_in_chinese(case: Case, stage: Stage, desk: Desk) -> None:
    assert case.zh is not None
    error, hint = case.zh
    file = stage.ledger_with(case.before, case.now)

    assert desk.apply(file, case.file(), case.now, "zh-Hant") == (
        case.status,
        "",
        f"錯誤：{error}\n提示：{hint}\n",
    )


@pytest.mark.parametrize("case", [case for case in CASES if case.instead], ids=named)
def test_with_one_difference_it_is_recorded(case: Case, stage: Stage, desk: Desk) -> None:
    file = stage.copy_of(stage.ledger_with(case.before, case.now))

    status, printed, told = desk.apply(file, case.accepted(), case.now)

    assert status == 0, told
    assert printed.startswith("1 recorded, 0 skipped")


@pytest.mark.parametrize("case", allowed(), ids=named)
def test_what_lies_close_by_is_allowed(case: Allowed, stage: Stage, desk: Desk) -> None:
    file = stage.copy_of(stage.ledger_with(case.before, case.now))

    status, printed, told = desk.apply(file, case.file(), case.now)

    assert status == 0, told
    assert printed.startswith("1 recorded, 0 skipped")


# --- the cases themselves ---------------------------------------------------------------------------


DECIDING = (
    *("ledger/state/execution.py", "ledger/state/hand_off.py", "ledger/state/ledger_state.py"),
    "ledger/state/known_people.py",
    *("ledger/state/ledger_context.py", "ledger/state/public_lists.py"),
)
RECORDING = ("ledger/application/recording/command_reader.py", "ledger/application/recording/recording.py")


_NOT_BY_RULE = {"person_key_missing", "registry_unproven", "sheet_unknown"}
"""What no command leads to: a lost key and a forged registry, tried in `tests/tamper`; a sheet, which no command names."""


def test_there_are_cases_for_every_refusal() -> None:
    rooms = (
        *("ledger/aggregates/", "ledger/policy/diagnostic.py", "ledger/examination/book.py"),
        "ledger/state/closes.py",
        *(*RECORDING, *DECIDING),
    )
    raised = {told.code for told in errors_told() if told.where.startswith(rooms)} - _NOT_BY_RULE
    shown = Counter(case.code for case in CASES)

    assert len(CASES) >= 110
    assert raised - set(shown) == set()
    assert set(shown) - raised == {"bank_wrong", "policy_wrong"}


def test_every_refusal_is_read_in_chinese_once() -> None:
    assert {case.code for case in CASES} == {case.code for case in CASES if case.zh}


def test_every_case_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(map(named, CASES)).items() if times > 1] == []
