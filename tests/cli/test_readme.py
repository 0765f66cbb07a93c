"""The tour is run as it stands, and so are the guides: every `$` line in order; what is shown must be what is printed.

`...` stands for whatever was left out: within a line for part of it, alone on a line for any number of lines.
"""

import io
import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from cli import __main__ as program
from cli.main import run
from docs.picture import PICTURE, picture

ROOT = Path(__file__).parents[2]
TOUR = ROOT.joinpath("docs/tour.md").read_text("utf-8")
GUIDES = {file.name: file.read_text("utf-8") for file in sorted((ROOT / "docs" / "guides").glob("*.md"))}
ROLES = (
    "auditor",
    "department_head",
    "employee",
    "examination",
    "import",
    "inspector",
    "payroll",
    "reviewer",
)
OPERATORS = {"|", "&&", ";", ">", "<"}


def blocks(page: str) -> list[tuple[str, str]]:
    """Each `$` line of the console blocks, in order, with the output shown below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", page, flags=re.S | re.M):
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = step.partition("\n")
            found.append((command, shown.strip("\n")))
    return found


class Shell:
    """As much of a shell as the pages need: export, echo, and a pipe into kaoji."""

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


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in a folder of its own, where the project's program lies."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAOJI_LEDGER", raising=False)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "cli" / Path(program.__file__).name)])
    (tmp_path / "kaoji").touch()
    return Shell(monkeypatch)


def test_the_tour_shows_what_is_printed(shell: Shell) -> None:
    for command, shown in blocks(TOUR):
        printed = shell.run(command)
        assert matches(shown, printed), f"$ {command}\n{printed}\n--- but the page shows\n{shown}"


def test_the_tour_has_been_found() -> None:
    assert len(blocks(TOUR)) > 15


@pytest.mark.parametrize("role", ROLES)
def test_every_command_of_a_guide_does_what_it_is_for(role: str, shell: Shell) -> None:
    for command, _ in blocks(GUIDES[f"{role}.md"]):
        printed = shell.run(command)
        assert shell.status == 0, f"$ {command}\n{printed}"


@pytest.mark.parametrize("role", ROLES)
def test_a_guide_has_the_same_commands_in_both_languages(role: str) -> None:
    found = blocks(GUIDES[f"{role}.md"])
    assert found == blocks(GUIDES[f"{role}.zh-Hant.md"])
    assert len(found) > 4


def test_the_picture_is_what_the_demo_prints(shell: Shell) -> None:
    assert PICTURE.read_text("utf-8") == picture(shell.run("./kaoji demo --lang zh-Hant"))


def test_files_shown_are_the_files() -> None:
    shown = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```", TOUR, flags=re.S | re.M)

    assert [name for name, _ in shown] == ["cli/sample/own.jsonl"]
    for name, text in shown:
        assert text == ROOT.joinpath(name).read_text("utf-8")


PAGES = (
    "README.md",
    "README.zh-Hant.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/glossary.md",
    "docs/tour.md",
)


@pytest.mark.parametrize("document", [*PAGES, *(f"docs/guides/{name}" for name in GUIDES)])
def test_what_is_linked_is_there(document: str) -> None:
    text = ROOT.joinpath(document).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]

    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []
