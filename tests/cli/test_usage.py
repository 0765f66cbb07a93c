"""What may have been meant by an option that is not there."""

from pathlib import Path

import pytest

from cli.main import run
from web.serve import Serving, require_safe


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


def test_a_span_that_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["project", "--follow", "--interval", "nan", "--lang", "en"]) == 2
    assert "--interval of kaoji project is wrong" in capsys.readouterr().err


def test_a_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert run(["due", "--lang", "en"]) == 3
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--tls-cert", __file__], "lacks --tls-key"),
        (["--tls-key", __file__], "lacks --tls-cert"),
        (["--origin", "kaoji.example"], "kaoji.example is no address"),
        (["--origin", "https://kaoji.example/"], "https://kaoji.example/ is no address"),
        (["--behind-proxy", "10.0.0.1,proxy"], "proxy is no address of a proxy"),
    ],
)
def test_half_an_argument_of_serve_is_refused_before_anything_is_served(
    asked: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("web.serve.run", lambda *_: None)
    monkeypatch.chdir(tmp_path)

    assert run(["serve", "--demo", *asked, "--lang", "en"]) == 2
    assert told in capsys.readouterr().err


def test_an_origin_and_a_proxy_as_they_should_be_are_taken() -> None:
    for origin in ("https://kaoji.example", "http://10.0.0.1:8080", "https://[::1]:8443"):
        require_safe(Serving("", origins=(origin,), behind="10.0.0.0/8, ::1,*"))
