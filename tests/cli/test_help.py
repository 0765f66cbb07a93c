"""Every command explains itself in three languages, with an example, and the pages made from it are up to date."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from cli.localized_help import SpeakingGroup
from cli.main import kaoji, run
from cli.widths import columns_taken
from docs.generate import FOLDER, pages
from docs.pages.command_line import Speaking, commands
from ledger.labels.messages import load
from ledger.terms import LANGUAGES, Language

LABELS = Path(__file__).parents[2] / "ledger" / "labels"
FILES: dict[str, Any] = {
    language: tomllib.loads((LABELS / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES
}
COMMANDS = [(context.command_path, command) for command, context in commands()]
of_every_command = pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command line prints when all is well."""
    capsys.readouterr()
    status = run(list(arguments))
    printed = capsys.readouterr()
    assert (status, printed.err) == (0, "")
    return printed.out


def in_language(command: Speaking, path: str, language: str) -> click.Context:
    """A context as if the command were called in a language."""
    for found, context in commands(language):
        if found is command:
            return context
    raise AssertionError(path)


def test_the_tree_was_walked() -> None:
    assert {"kaoji", "kaoji notice issue", "kaoji report monthly", "kaoji what-if"} <= {
        p for p, _ in COMMANDS
    }


def test_what_an_option_means_stands_beside_it_however_wide_its_letters_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told = shown(capsys, "print", "notice", "--help", "--lang", "zh-Hant").partition("kaoji print notice N")[
        0
    ]
    assert "姓名隱去部分" in told
    assert [line for line in told.splitlines() if columns_taken(line) > 60] == []


# --- what a command is for --------------------------------------------------------------------------


@in_every_language
@of_every_command
def test_help_is_shown_wherever_the_language_is_said(
    path: str, command: Speaking, language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    called = path.split()[1:]
    text = shown(capsys, *called, "--lang", language, "--help")
    assert text == shown(capsys, *called, "--help", f"--lang={language}")
    assert text == shown(capsys, "--lang", language, *called, "--help")
    first = " ".join(text.split())
    assert "field:" not in text and load(language).say("usage") in first
    for paragraph in help_of(command, language).split("\n\n"):
        assert squeezed(paragraph) in squeezed(text)


def help_of(command: Speaking, language: str) -> str:
    return FILES[language]["helps"][command.help_key] if language != "en" else command.help or ""


def squeezed(text: str) -> str:
    """Without the white space, which a line's end may take or add."""
    return "".join(text.split())


@of_every_command
def test_every_command_has_a_help_in_three_languages(path: str, command: Speaking) -> None:
    assert command.help and command.help.strip()
    for language in ("zh-Hant", "zh-Hans"):
        assert is_chinese(FILES[language]["helps"][command.help_key]), path


def test_no_help_belongs_to_no_command() -> None:
    keys = {command.help_key for _, command in COMMANDS}
    assert keys == set(FILES["zh-Hant"]["helps"]) == set(FILES["zh-Hans"]["helps"])


def test_the_first_commands_and_no_others_are_told_in_one_line() -> None:
    first = kaoji.list_commands(click.Context(kaoji))
    for language in LANGUAGES:
        assert sorted(FILES[language]["shorts"]) == first
        assert all(text and "\n" not in text for text in FILES[language]["shorts"].values())


@of_every_command
def test_a_group_called_by_itself_shows_its_help(
    path: str, command: Speaking, capsys: pytest.CaptureFixture[str]
) -> None:
    called = path.split()[1:]
    if isinstance(command, SpeakingGroup) and called:
        helped = shown(capsys, *called, "--help")
        assert run(called) == 2
        assert capsys.readouterr() == ("", helped)


# --- examples ---------------------------------------------------------------------------------------


@of_every_command
def test_examples_begin_with_the_command_and_can_be_typed(
    path: str, command: Speaking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if not isinstance(command, SpeakingGroup):
        assert command.examples
    for example in command.examples:
        assert f"{example} ".startswith(f"{path} ")
        words = shlex.split(example.partition(">")[0])[len(path.split()) :]
        for word in words:
            if Path(word).suffix in (".jsonl", ".toml", ".jpg"):
                Path(word).touch()
        with command.make_context(path, words):
            pass  # a usage error where an option is unknown or an argument missing


# --- options ----------------------------------------------------------------------------------------


@in_every_language
@of_every_command
def test_every_option_and_argument_is_explained(path: str, command: Speaking, language: Language) -> None:
    with in_language(command, path, language) as context:
        told = command.arguments_told(context) + command.options_told(context)
        visible = [p for p in command.get_params(context) if not getattr(p, "hidden", False)]
    assert len(told) == len(visible)
    for term, text in told:
        assert text and "field:" not in text, term
        if language != "en":
            assert is_chinese(text), term


def test_every_field_has_its_words_and_no_other_has() -> None:
    used = set()
    for command, context in commands():
        for parameter in command.get_params(context):
            if isinstance(parameter, click.Option):
                assert parameter.help and parameter.help.startswith("field:"), (command, parameter.name)
                used.add(parameter.help.split()[0].removeprefix("field:"))
        with context:
            used |= set(command.fields_given(context).values())
    for language in LANGUAGES:
        of_one_command = {field for field in FILES[language]["fields"] if "." in field}
        assert of_one_command <= used
        assert set(FILES[language]["fields"]) - of_one_command <= {field.rpartition(".")[2] for field in used}
        assert used <= set(FILES[language]["fields"]) | {
            field for field in used if field.rpartition(".")[2] in FILES[language]["fields"]
        }


# --- the pages made from the code -------------------------------------------------------------------


@pytest.mark.parametrize("file", pages(), ids=lambda file: file.name)
def test_a_page_is_what_the_code_says(file: Path) -> None:
    assert file.read_text("utf-8") == pages()[file], "run: python -m docs.generate"


def test_the_page_names_every_exit_status_that_the_tour_names() -> None:
    tour = (FOLDER / "tour.md").read_text("utf-8").partition("## Exit statuses")[2]
    statuses = re.findall(r"^\| (\d+) \|", tour, re.M)
    (sentence,) = re.findall(r"The exit status is 0 .*?\.\n", (FOLDER / "cli.md").read_text("utf-8"), re.S)
    assert statuses == re.findall(r"\b\d+\b", sentence)
