"""Words, headings and values as pages write them, in a reader's language."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from ledger.formats import LANGUAGES, Language
from ledger.labels.answers import marked
from ledger.labels.event_headings import event_heading
from ledger.labels.messages import Labels, Told, load
from ledger.terms import format_money, parse_instant
from web.named import Named
from web.value_kinds import CODED, MONEY, OF_PEOPLE, PEOPLE, signed

WEEKDAYS: Final = {
    "zh-Hant": "一二三四五六日",
    "zh-Hans": "一二三四五六日",
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
REGULAR_RUN: Final = "regular"
LAST_RUN: Final = "final-"
"""How the usual pay run is called, and how the last one of somebody begins (finance §12)."""


@lru_cache
def own_words(language: str) -> dict[str, str]:
    """The console's own sentences in a language."""
    file = resources.files("web").joinpath("words", f"{language}.toml")
    words: dict[str, str] = tomllib.loads(file.read_text("utf-8"))
    return words


class _Headings(dict[str, str]):
    """Headings that were asked for, each made once."""

    def __init__(self, speech: "Spoken") -> None:
        super().__init__()
        self._speech = speech

    def __missing__(self, field: str) -> str:
        self[field] = found = self._speech.heading(field)
        return found


class Spoken:
    """One reader's words; `zone` tells by which clock instants are shown, `sites` what each site is called."""

    def __init__(
        self,
        language: str,
        zone: Callable[[], str] = lambda: "UTC",
        sites: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.language: Language = next((known for known in LANGUAGES if known == language), "en")
        self.labels: Labels = load(self.language, by_hand=True)
        self._zone = zone
        self._sites = sites
        self.headings = _Headings(self)
        """What `heading` says, for tables that ask for each many times."""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clock by which instants are shown, asked for where the first one is."""
        return ZoneInfo(self._zone())

    def say(self, key: str, /, **fields: object) -> str:
        """A sentence of the console's own; marked up where a name is put into it."""
        told = own_words(self.language)[key]
        if any(hasattr(value, "__html__") for value in fields.values()):
            given = {
                name: value if hasattr(value, "__html__") else Told(value) for name, value in fields.items()
            }
            return Markup(escape(told)).format_map(given)
        return told.format_map({name: Told(value) for name, value in fields.items()})

    def word(self, code: Any) -> str:
        """The word for a code."""
        own = own_words(self.language).get(f"word_{code}")
        return own if own is not None else self.labels.word(str(code))

    def department(self, code: str) -> str:
        """A department by its usual name; as the site calls it, where that is its own name for it."""
        return self.labels.department(code)

    def site(self, code: str) -> str:
        """A site by its name; its id where the reader may not know it."""
        return self._sites().get(code, code)

    def run(self, code: str) -> str:
        """A pay run: the month's regular one, somebody's last, or as it was called."""
        last = code.removeprefix(LAST_RUN)
        if code == REGULAR_RUN:
            return self.say("run_regular")
        return code if last == code else self.say("run_last", employee=Named(last))

    def heading(self, field: str, unit: bool = True) -> str:
        """The heading of a field, in sentence case; of money with what it is counted in."""
        own = own_words(self.language).get(f"heading_{field}")
        told = own if own is not None else self.labels.heading(field)
        if self.language == "en":
            told = told[:1].upper() + told[1:]
        return self.labels.remarked(told, self.say("yuan")) if unit and field in MONEY else told

    def value(self, field: str, value: Any) -> str:
        """A field's value as people read it."""
        if value is None or value == "" or value == []:
            return "–"
        if isinstance(value, bool):
            return self.labels.word("yes" if value else "no")
        if (told := marked(field, value, self.labels.say)) is not None:
            return told
        if isinstance(value, list):
            return _joined(self.labels.say("separator"), (self.value(field, each) for each in value))
        if isinstance(value, dict):
            return self._of_dict(field, value)
        text = str(value)
        if field in CODED:
            return self.labels.words(self.word(text))
        if field in PEOPLE and text.isalnum():
            return Named(text)
        if field.endswith("_fen") and isinstance(value, int):
            return self.number(format_money(value))
        if field == "department":
            return self.department(text)
        if field == "run":
            return self.run(text)
        if field == "site":
            return self.site(text)
        if "T" in text and field.endswith(("_at", "seen_at")):
            return self.when(text)
        if (field == "on" or field.endswith("_on")) and _DAY.fullmatch(text):
            return self.day(text)
        return self.labels.words(self.number(text))

    def event_heading(self, event: Mapping[str, Any], field: str) -> str:
        """What a field of an event is called."""
        return self.heading(event_heading(event["kind"], field))

    def of_event(self, event: Mapping[str, Any], field: str) -> str:
        """A field of an event as people read it: a reason is somebody's words, but that of what pay took is a code."""
        value = event["fields"][field]
        coded = value is not None and (event["kind"], field) == ("pay_returned", "reason")
        return self.word(value) if coded else self.value(field, value)

    def _of_dict(self, field: str, value: Mapping[str, Any]) -> str:
        if set(value) >= set(LANGUAGES):
            return str(value[self.language])
        if field == "route":
            return self._of_step(value)
        if field == "against":
            return " ".join(f"{self.word(kind)} {thing}" for kind, thing in value.items())
        return _joined(
            self.labels.say("separator"),
            (
                _joined(
                    " ",
                    (Named(name), self.value(field, each))
                    if field in OF_PEOPLE
                    else (self.heading(name), self.value(name, each)),
                )
                for name, each in value.items()
                if each is not None
            ),
        )

    def _of_step(self, step: Mapping[str, Any]) -> str:
        """A level of an appeal's route with whoever holds it, and why it is passed over where it is."""
        holder, skipped = step.get("holder"), step.get("skipped")
        told = _joined(" ", (self.word(step["level"]), *([Named(holder)] if holder else [])))
        if not skipped:
            return told
        return _joined(
            "", (told, self.labels.remarked("", self.say("skipped_because", reason=self.word(skipped))))
        )

    def when(self, instant: str) -> str:
        """An instant by the site's clock, with its day of the week, to the minute."""
        local = parse_instant(instant).astimezone(self.zone)
        between = " " if self.language == "en" else ""
        return f"{self.day(local.date().isoformat())}{between}{local:%H:%M}"

    def day(self, day: str | None) -> str:
        """A day with its day of the week."""
        if day is None:
            return "–"
        name = WEEKDAYS[self.language][date.fromisoformat(day).weekday()]
        return f"{day} {name}" if self.language == "en" else f"{day}（{name}）"

    @staticmethod
    def number(value: object) -> str:
        """A figure, with the sign that is as wide as a digit."""
        return signed(value)


def _joined(between: str, parts: Iterable[str]) -> str:
    """Parts one after another; where one is marked up, as a name is, so are all."""
    found = list(parts)
    marked = any(hasattr(part, "__html__") for part in found)
    return Markup(escape(between)).join(found) if marked else between.join(found)
