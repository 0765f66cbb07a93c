"""The README's tour is run as it stands: every `$` line in order, and what it shows must be what is printed.

`...` stands for whatever was left out: within a line for part of it, alone on a line for any number of lines.
"""

import io
import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from cli.main import run

ROOT = Path(__file__).parents[2]
README = ROOT.joinpath("README.md").read_text("utf-8")
OPERATORS = {"|", "&&", ";", ">", "<"}


def blocks() -> list[tuple[str, str]]:
    """Each `$` line of the console blocks, in order, with the output shown below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", README, flags=re.S | re.M):
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = step.partition("\n")
            found.append((command, shown.strip("\n")))
    return found


class Shell:
    """As much of a shell as the README needs: export, echo, and a pipe into kaoji."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.status = 0

    def run(self, line: str) -> str:
        words = shlex.split(line)
        if words[0] == "export":
            self.monkeypatch.setenv(*words[1].split("=", 1))
            return ""
        if words[:2] == ["echo", "$?"]:
            return f"{self.status}"
        typed = ""
        if words[0] == "echo" and words[2] == "|":
            typed, words = words[1] + "\n", words[3:]
        assert words[0] == "./kaoji", f"the test does not know how to run: {line}"
        assert not OPERATORS & set(words), f"the test does not know how to run: {line}"
        return self.kaoji(words[1:], typed)

    def kaoji(self, arguments: list[str], typed: str) -> str:
        """What kaoji prints, on both streams in their order."""
        printed = io.StringIO()
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), "utf-8"))
        with redirect_stdout(printed), redirect_stderr(printed):
            self.status = run(arguments)
        return "\n".join(line.rstrip() for line in printed.getvalue().splitlines()).strip("\n")


def matches(shown: str, printed: str) -> bool:
    """Whether an output is the one shown, `...` standing for anything."""
    pattern = ""
    for line in shown.splitlines():
        any_lines = line.strip() == "..."
        pattern += "(?:.*\n)*?" if any_lines else re.escape(line).replace(re.escape("..."), ".*") + "\n"
    return re.fullmatch(pattern, printed + "\n" if printed else "") is not None


def test_the_tour_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAOJI_LEDGER", raising=False)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "cli" / "main.py")])
    (tmp_path / "kaoji").touch()
    shell = Shell(monkeypatch)

    for command, shown in blocks():
        printed = shell.run(command)
        assert matches(shown, printed), f"$ {command}\n{printed}\n--- but the README shows\n{shown}"


def test_the_tour_has_been_found() -> None:
    assert len(blocks()) > 15


def test_files_shown_are_the_files() -> None:
    shown = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```", README, flags=re.S | re.M)

    assert [name for name, _ in shown] == ["cli/sample/own.jsonl"]
    for name, text in shown:
        assert text == ROOT.joinpath(name).read_text("utf-8")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md"])
def test_what_is_linked_is_there(document: str) -> None:
    text = ROOT.joinpath(document).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]

    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []
