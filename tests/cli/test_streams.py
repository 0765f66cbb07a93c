"""What a command does where a stream is closed, an argument is no text, or the reader wants no colours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def kaoji(
    shell: str, folder: Path, *arguments: str | bytes, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command line of sh, in which `"$@"` stands for the program and these arguments."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    return subprocess.run(
        ["sh", "-c", shell, "sh", sys.executable, "-m", "cli", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "KAOJI_LANG": "en", **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_traceback(closed: str, tmp_path: Path) -> None:
    done = kaoji(f'"$@" {closed}', tmp_path, "due")
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr + done.stdout


def test_an_answer_to_a_closed_stdout_is_told_to_be_lost(tmp_path: Path) -> None:
    done = kaoji('"$@" >&-', tmp_path, "policy", "template")
    assert done.returncode == 74
    assert done.stderr.startswith(b"error: the answer could not be written")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_finding_is_in_the_exit_status_though_its_reader_left(unbuffered: str, tmp_path: Path) -> None:
    (tmp_path / "draft.toml").write_text("", encoding="utf-8")
    check = ("policy", "check", "draft.toml")
    done = kaoji('{ "$@"; echo $? > status; } | true', tmp_path, *check, PYTHONUNBUFFERED=unbuffered)
    assert (tmp_path / "status").read_text(encoding="utf-8") == "1\n"
    assert b"could not be written" not in done.stderr


def test_a_refusal_is_in_the_exit_status_though_nobody_reads_it(tmp_path: Path) -> None:
    kaoji('{ "$@" 2>&1; echo $? > status; } | true', tmp_path, "due")
    assert (tmp_path / "status").read_text(encoding="utf-8") == "3\n"


def test_a_long_answer_whose_reader_has_seen_enough_is_done(tmp_path: Path) -> None:
    kaoji('{ "$@"; echo $? > status; } | head -n 1', tmp_path, "policy", "template")
    assert (tmp_path / "status").read_text(encoding="utf-8") == "0\n"


def test_a_file_is_not_read_from_a_closed_stdin(tmp_path: Path) -> None:
    done = kaoji('"$@" <&-', tmp_path, "apply", "-")
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: standard input is closed")


def test_an_argument_that_is_no_text_is_refused(tmp_path: Path) -> None:
    done = kaoji('"$@"', tmp_path, "log", b"\xff\xfe")
    assert done.returncode == 2
    assert rb"error: \udcff\udcfe is no text" in done.stderr


def test_an_operator_who_is_no_text_is_refused(tmp_path: Path) -> None:
    done = kaoji('KAOJI_OPERATOR=$(printf "\\377") "$@"', tmp_path, "due")
    assert done.returncode == 2
    assert rb"error: \udcff is no text" in done.stderr


@pytest.mark.parametrize(
    "said", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}], ids=["no color", "dumb", "colour"]
)
def test_colours_are_shown_only_where_they_are_wanted(said: dict[str, str], tmp_path: Path) -> None:
    pytest.importorskip("pty")
    code = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    environment = {"TERM": "xterm", **said}
    done = kaoji(f'"$1" -c "{code}" "$@" </dev/null', tmp_path, "log", "E1", **environment)
    assert b"error: " in done.stdout
    assert (b"\x1b[" in done.stdout) is (not said)
