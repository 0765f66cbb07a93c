"""What may have been meant by an option that is not there."""

import pytest

from cli.main import run


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        (["notice", "issue", "--by", "I01"], "near it: --issued-by"),
        (["report", "monthly", "2026-08", "--jsn"], "near it: --json"),
        (["site", "register", "--site", "west"], None),
    ],
)
def test_an_option_is_named_where_its_name_holds_the_word_or_is_spelt_nearly_so(
    typed: list[str], near: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*typed, "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert "has no option" in told
    assert near in told if near is not None else "near it" not in told
