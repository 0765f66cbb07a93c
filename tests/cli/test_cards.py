"""What a card calls a field that means something else on the card of another kind."""

from pathlib import Path

import pytest

from cli.main import run
from tests.completeness.scene import appraisal_of_july
from tests.support import office
from tests.support.story import open_ledger

CLOSED = {"en": "closed on", "zh-Hant": "結案日期", "zh-Hans": "结案日期"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cards") / "kaoji.db"
    with open_ledger(file, office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.office(), *appraisal_of_july()]))
    return file


@pytest.mark.parametrize(("language", "heading"), CLOSED.items())
def test_a_handbook_case_is_closed_as_cases_are_and_not_as_months_are(
    language: str, heading: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["case", "show", "HC1", "--ledger", f"sqlite:///{file}", "--lang", language]) == 0
    told = capsys.readouterr().out
    assert any(line.strip().startswith(heading) for line in told.splitlines()), told
    assert "關賬" not in told and "关账" not in told
