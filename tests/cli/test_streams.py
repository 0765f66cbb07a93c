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
