"""Codes as people type and read them: a field that holds one of the program's own codes also takes its word.

The word may be of any language: whoever reads 撤銷 may type it, and a script written by a colleague runs for everybody.
"""

import re
from collections.abc import Sequence
from typing import Any

import click

from cli.settings import settings
from ledger.formats import LANGUAGES
from ledger.texts import folded

CHECKLIST = ("served", "employee_heard", "union_informed", "seriousness_reasoned")
"""The items of a dismissal review."""

_CHOICES_SHOWN = r"\[([a-z_]+(?:\|[a-z_]+)+)\]"


def code_of(typed: str, choices: Sequence[str]) -> str:
    """The code that is meant: itself or its word in any language, full width and blanks forgiven; else what was typed."""
    from ledger.labels.messages import load

    asked = folded(typed)
    meant = {folded(load(language).word(code)): code for language in LANGUAGES for code in choices}
    return asked if asked in choices else meant.get(asked, typed)


def in_words(choices: Sequence[str]) -> list[str]:
    """Codes as a reader of the language may type them; in English the codes themselves."""
    labels = settings().labels()
    return list(choices if labels.language == "en" else map(labels.word, choices))


def shown_in_words(text: str) -> str:
    """A help in which choices stand as `[a|b]`, with their words."""
    return re.sub(_CHOICES_SHOWN, lambda found: f"[{'|'.join(in_words(found[1].split('|')))}]", text)


def question(text: str, choices: str = "") -> str:
    """A question as it is asked, in the marks of its language."""
    say = settings().labels().say
    return say("prompt_choices", text=text, choices=choices) if choices else say("prompt", text=text)


def prompt(text: str, choices: str = "") -> str:
    """What is typed after a question."""
    typed: str = click.prompt(question(text, choices), prompt_suffix="", err=True)
    return typed


def ask(text: str, choices: Sequence[str]) -> str:
    """The code chosen by number, word or code on the terminal; asked again until it is one."""
    between = settings().labels().say("separator")
    numbered = between.join(f"{number} {word}" for number, word in enumerate(in_words(choices), 1))
    while True:
        typed = folded(prompt(text, numbered))
        if typed.isdecimal() and 0 < int(typed) <= len(choices):
            return choices[int(typed) - 1]
        code = code_of(typed, choices)
        if code in choices:
            return code


class WordChoice(click.Choice[str]):
    """One of some codes, or its word in any language."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code."""
        return super().convert(code_of(str(value), tuple(self.choices)), param, ctx)
