"""Options that contradict each other are refused, never passed over in silence."""

import pytest

from cli.main import run

_EXCLUDING = [
    (["verify", "--receipt", "R", "--deep"], "--receipt", "--deep"),
    (["verify", "--receipt", "R", "--sheets"], "--receipt", "--sheets"),
    (["verify", "--receipt", "R", "--all"], "--receipt", "--all"),
    (["verify", "--receipt", "R", "--since", "C"], "--receipt", "--since"),
    (["grant", "--app", "clerk", "--audit", "clerk"], "--app clerk", "--audit clerk"),
    (["key", "new", "--replaces", "K", "--lost"], "--replaces", "--lost"),
    (["policy", "show", "--on", "2026-08-01", "--version", "house-2"], "--on", "--version"),
]


@pytest.mark.parametrize(("line", "first", "second"), _EXCLUDING)
def test_what_cannot_be_given_together_is_refused(
    line: list[str], first: str, second: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*line, "--lang", "en"]) == 2
    assert f"{first} and {second} cannot be given together" in capsys.readouterr().err
