"""The console's words: its own sentences, and the ledger's labels, in the reader's language."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo

from ledger.errors import (
    AnswerError,
    Gone,
    InputError,
    LedgerError,
    NotEntitled,
    ReceiptError,
    StoreError,
    Unknown,
)
from ledger.formats import LANGUAGES, Language
from ledger.labels.messages import Labels, Told, load
from ledger.terms import parse_instant
from web.untyped import FIELD, NOTED, on_a_page
from web.written import CODED, MONEY, signed

_WEEKDAYS: Final = {
    "zh-Hant": "一二三四五六日",
    "zh-Hans": "一二三四五六日",
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@lru_cache
def own_words(language: str) -> dict[str, str]:
    """The console's own sentences in a language."""
    file = resources.files("web").joinpath("words", f"{language}.toml")
    words: dict[str, str] = tomllib.loads(file.read_text("utf-8"))
    return words


class _Headings(dict[str, str]):
    """Headings that were asked for, each made once."""

    def __init__(self, speech: "Speech") -> None:
        super().__init__()
        self._speech = speech

    def __missing__(self, field: str) -> str:
        self[field] = found = self._speech.heading(field)
        return found


class Speech:
    """One reader's words; `zone` is the clock by which instants are shown."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self.language: Language = next((known for known in LANGUAGES if known == language), "en")
        self.labels: Labels = load(self.language, by_hand=True)
        self.zone = ZoneInfo(zone)
        self.headings = _Headings(self)
        """What `heading` says, for tables that ask for each many times."""

    def say(self, key: str, /, **fields: object) -> str:
        """A sentence of the console's own."""
        return own_words(self.language)[key].format_map({name: Told(value) for name, value in fields.items()})

    def word(self, code: Any) -> str:
        """The word for a code."""
        own = own_words(self.language).get(f"word_{code}")
        return own if own is not None else self.labels.word(str(code))

    def task(self, what: str) -> str:
        """What is to be done about what waits."""
        own = own_words(self.language).get(f"task_{what}")
        return self.word(what) if own is None else own

    def choice(self, field: str, code: str) -> str:
        """What a choice means, where its word alone does not say it."""
        return own_words(self.language).get(f"choice_{field}_{code}", "")

    def area(self, code: str) -> str:
        """What the clauses that begin so are about; the code alone, where it is a site's own."""
        own = own_words(self.language).get(f"area_{code}")
        return code if own is None else f"{code} {own}"

    def department(self, code: str) -> str:
        """A department by its usual name; as the site calls it, where that is its own name for it."""
        return self.labels.department(code)

    def read(self, what: str) -> str:
        """What somebody read, as the log of readings keeps it: a kind of page and what it was of."""
        kind, _, name = what.partition(" ")
        told = own_words(self.language).get(f"read_{kind}")
        if told is None:
            title = self.labels.title(kind)
            return f"{self.word(kind) if title == kind else title} {name}".strip()
        if kind in ("log", "receipt"):
            name = self.read(name) if " " in name else self.subject(name)
        return told.format(name=name).strip(" ：")

    def subject(self, subject: str) -> str:
        """Whose record was read: a staff number, or a site by its word."""
        kind, colon, name = subject.partition(":")
        return f"{self.word(kind)} {name}" if colon else subject

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
        if isinstance(value, list):
            return self.labels.say("separator").join(self.value(field, each) for each in value)
        if isinstance(value, dict):
            return self._of_dict(field, value)
        text = str(value)
        if field in CODED:
            return self.word(text)
        if field == "department":
            return self.department(text)
        if "T" in text and field.endswith(("_at", "seen_at")):
            return self.when(text)
        return self.labels.words(self.number(text))

    def _of_dict(self, field: str, value: Mapping[str, Any]) -> str:
        if set(value) >= set(LANGUAGES):
            return str(value[self.language])
        if field == "route":
            return self._of_step(value)
        if field == "against":
            return " ".join(f"{self.word(kind)} {thing}" for kind, thing in value.items())
        return self.labels.say("separator").join(
            f"{self.heading(name)} {self.value(name, each)}"
            for name, each in value.items()
            if each is not None
        )

    def _of_step(self, step: Mapping[str, Any]) -> str:
        """A level of an appeal's route with whoever holds it, and why it is passed over where it is."""
        told = " ".join(filter(None, (self.word(step["level"]), step.get("holder"))))
        skipped = step.get("skipped")
        return (
            self.labels.remarked(told, self.say("skipped_because", reason=self.word(skipped)))
            if skipped
            else told
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
        name = _WEEKDAYS[self.language][date.fromisoformat(day).weekday()]
        return f"{day} {name}" if self.language == "en" else f"{day}（{name}）"

    def days_left(self, days: int) -> str:
        """How long there is until a day that is so many days away."""
        if days == 0:
            return self.say("today")
        return self.say("days_over", days=-days) if days < 0 else self.say("days_left", days=days)

    def left(self, today: str, until: str) -> str:
        """How long there is until a day."""
        return self.days_left((date.fromisoformat(until) - date.fromisoformat(today)).days)

    @staticmethod
    def number(value: object) -> str:
        """A figure, with the sign that is as wide as a digit."""
        return signed(value)

    @staticmethod
    def signed(points: int) -> str:
        """Points that are given or taken off."""
        return f"{points:+d}".replace("-", "−")

    def typed(self, text: str) -> str:
        """A day or an instant as somebody typed it, with its day of the week; as it was typed where it is none."""
        try:
            day = self.day(text[:10])
        except ValueError:
            return text
        return f"{day} {text[11:16]}".strip() if self.language == "en" else f"{day}{text[11:16]}"

    def note(self, code: str, fields: Mapping[str, Any]) -> str:
        """What recording told beside; without what is typed at a terminal."""
        return NOTED.sub("", self.labels.note(code, fields))

    def weekday(self, day: str) -> str:
        """The day of the week of a day."""
        return self._weekday(date.fromisoformat(day).weekday())

    def _weekday(self, number: int) -> str:
        told = _WEEKDAYS[self.language][number]
        return told if self.language == "en" else f"周{told}"

    def counted_by(self, by: str, row: Mapping[str, Any]) -> str:
        """The key of a row of `report causes`, by what its notices are counted by, with what it is called."""
        key, title = str(row["key"]), row["title"]
        if key in ("unanalysed", "not_stated"):
            return self.word(key)
        if by == "weekday":
            return self._weekday(int(key) - 1)
        if by == "hour":
            return f"{key}:00"
        if by == "department":
            return self.department(key)
        if title is None:
            return key
        called = title if isinstance(title, str) else str(title[self.language])
        return called if by == "cause" else f"{key} {called}"

    def counted(self, counts: Mapping[str, int]) -> str:
        """How many there are of each, those that are not none."""
        return " · ".join(f"{self.word(code)} {count}" for code, count in counts.items() if count) or "–"

    def money(self, amount: str | None) -> str:
        """An amount in a sentence; `–` for nothing."""
        return "–" if amount is None or amount == "0.00" else self.amount(amount)

    def amount(self, amount: str) -> str:
        """An amount with its unit, that of nothing too."""
        told = self.number(amount)
        return f"RMB {told}" if self.language == "en" else f"{told} 元"

    def relation(self, relation: str) -> str:
        """How somebody stands to a record, in a word: an office by its name."""
        own = own_words(self.language).get(f"relation_{relation}")
        return own if own is not None else self.labels.word(relation)

    def cited(self, source: str) -> str:
        """What a rule or a clause rests on, in the reader's language."""
        from ledger.labels.citations import cited

        return cited(source, self.language)

    def governed(self, spans: Iterable[Mapping[str, Any]]) -> str:
        """The months a version governs, as `policy show` says them; site by site where sites differ."""
        by_site: dict[str, list[str]] = {}
        for span in spans:
            first, last = span["from"] or self.labels.word("beginning"), span["through"]
            told = self.say("from_on", first=first) if last is None else first
            if last not in (None, first):
                told = self.say("from_through", first=first, last=last)
            by_site.setdefault(span["site"] or "", []).append(told)
        months = {site: self.labels.listed(found) for site, found in by_site.items()}
        if len(set(months.values())) == 1:
            return next(iter(months.values()))
        return self.labels.listed(f"{site} {told}" for site, told in months.items()) or "–"

    def points_of(self, clause: Mapping[str, Any]) -> str:
        """How many points a notice on a clause takes, where the rules limit that; else nothing."""
        least, most = clause.get("min_points"), clause.get("max_points")
        if least is None and most is None:
            return ""
        if least == most:
            return self.say("points_exactly", points=most)
        return f"{least or ''}–{most or ''} {self.say('points_unit')}"

    def basis(self, told: Mapping[str, Any]) -> str:
        """What a criterion of an examination rests on; what nobody has read is said not to be law."""
        article = "" if told["cite"] is None else self.cited(str(told["cite"]))
        note = "" if told["note"] is None else str(told["note"][self.language])
        basis = self.labels.say("separator").join(filter(None, (article, note)))
        return basis if told["checked"] else self.say("basis_unread", basis=basis)

    def refusal(self, error: LedgerError, terminal: bool = False) -> tuple[str, str | None]:
        """What was refused and why, and the next step; for pages without what is typed at a terminal."""
        fields = {**error.place, **error.fields}
        if error.code == "not_yours_to_read" and not terminal:
            fields["id"] = self.read(str(fields.get("id", "")))
        told = self.labels.message(error.code, fields)
        hint = self.labels.hint(error.code, fields)
        told = told[:1].upper() + told[1:]
        return (told, hint) if terminal else (FIELD.sub("", told), self._next_step(error, hint))

    def _next_step(self, error: LedgerError, hint: str | None) -> str | None:
        """The next step in the console: a page or a button, in words of its own where those of a terminal name neither."""
        own = own_words(self.language)
        if f"next_after_{error.code}" in own:
            return own[f"next_after_{error.code}"]
        return own["next_after_store"] if isinstance(error, StoreError) else on_a_page(hint)

    def now(self, now: datetime) -> str:
        """An instant of today."""
        return self.when(now.isoformat())


def language_of(header: str) -> Language:
    """The language of an Accept-Language header; English where none of ours is asked for."""
    for part in header.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("en"):
            return "en"
        if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
            return "zh-Hant"
        if tag.startswith("zh"):
            return "zh-Hans"
    return "en"


def status_of(error: LedgerError) -> int:
    """The status of a refusal."""
    if isinstance(error, NotEntitled):
        return 403
    if isinstance(error, Unknown):
        return 404
    if isinstance(error, InputError | ReceiptError):
        return 422
    if isinstance(error, Gone):
        return 410
    return 503 if isinstance(error, StoreError | AnswerError) else 409
