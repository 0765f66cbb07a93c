"""What a page says of a command that is recorded by a form: which questions it asks, what the check shows, what follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ledger.errors import LedgerError
from web.ask import Ask
from web.step_up import HEAVY

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form.

    `kind`: text, long, date, number, instant, choice, clause, person of a list to choose from, who by staff number, place,
    which is a department or the whole site. What is told: what it is about says what was answered.
    """

    name: str
    kind: str = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    step: int = 1
    called: str = ""
    """What its heading goes by, where that of its name says something else."""
    once: str = ""
    """The refusal after which alone it is asked, such as a reason for being late."""


@dataclass(frozen=True, slots=True)
class Act:
    """A command as a form. `dated`: the command has the field `on`, which is today.

    `next_step` names the sentence that says what follows; `steps`: how many screens it takes. `proposed`: it is kept for a
    second person to confirm, instead of being recorded. `typed`: it came on paper, and is recorded in its author's name.
    `hint`: what stands above the form, where another form of the command says something else.
    `photo`: one can be sent along with the last step, and is put with what was recorded.
    `shape`: how what was filled in becomes the command. `asked_on`, `checked_on`: the templates of its two steps, where they
    are its own. `wrong_step`: the screen of what a refusal is about, where its fields do not say it. `at_once`: nothing is
    filled in, and it begins with what it would come to. `onward`: where the receipt leads, addresses and sentences; `trail`:
    the steps of which this is the last but one, addresses and names.
    """

    do: str
    fields: tuple[Field, ...]
    next_step: str
    dated: str | None = "on"
    steps: int = 1
    shows_figures: bool = True
    extra: Callable[[Ask, Values], Values] = field(default=lambda ask, values: values)
    proposed: bool = False
    typed: bool = False
    photo: bool = False
    shape: Callable[[Values], Values] = field(default=lambda values: values)
    hint: str = ""
    asked_on: str = "act_form"
    checked_on: str = "act_check"
    wrong_step: Callable[[LedgerError], int | None] = field(default=lambda error: None)
    at_once: bool = False
    onward: tuple[tuple[str, str], ...] = ()
    trail: tuple[tuple[str, str], ...] = ()

    @property
    def is_heavy(self) -> bool:
        """Whether it takes the password again."""
        return self.do in HEAVY
