"""The console's words: its own sentences, and the ledger's labels, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from ledger.commands import COMMANDS
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
from ledger.formats import Language
from web.named import Named
from web.spoken import WEEKDAYS, Spoken, own_words
from web.terminal_words import FIELD, NOTED, on_a_page

UNPROVEN: Final = frozenset(
    {
        "event_unproven",
        "history_rewritten",
        "keyring_wrong",
        "ledger_damaged",
        "ledger_head_wrong",
        "person_key_missing",
        "person_key_wrong",
        "position_incomplete",
        "registry_unproven",
        "stream_incomplete",
    }
)
"""Refusals of what lies there and was not recorded so: to try again does not help."""


class Speech(Spoken):
    """One reader's words for what the console tells: sentences, readings, counts, refusals and their next steps."""

    def task(self, what: str) -> str:
        """What is to be done about what waits."""
        own = own_words(self.language).get(f"task_{what}")
        told = self.word(what) if own is None else own
        return told[:1].upper() + told[1:]

    def choice(self, field: str, code: str) -> str:
        """What a choice means, where its word alone does not say it."""
        return own_words(self.language).get(f"choice_{field}_{code}", "")

    def area(self, code: str) -> str:
        """What the clauses that begin so are about; the code alone, where it is a site's own."""
        return self.labels.area(code)

    def act(self, do: str) -> str:
        """A command by what its page or its event is called."""
        own = own_words(self.language)
        found = own.get(f"word_{do}") or own.get(f"{do}_title")
        return found or (self.labels.word(COMMANDS[do].makes) if do in COMMANDS else do)

    def read(self, what: str) -> str:
        """What somebody read, as the log of readings keeps it: a kind of page and what it was of."""
        if what == "what-if --policy":
            return self.say("read_rules_tried")
        kind, _, name = what.partition(" ")
        told = own_words(self.language).get(f"read_{kind}")
        if told is None:
            title = self.labels.title(kind)
            return f"{self.word(kind) if title == kind else title} {name}".strip()
        if kind in ("log", "receipt"):
            name = self.read(name) if " " in name else self.subject(name)
        if kind in ("preview", "proposal"):
            name = self.word(name)
        return told.format(name=name).strip(" :：")

    def subject(self, subject: str) -> str:
        """Whose record was read: somebody's, or that of a site by its name."""
        kind, colon, name = subject.partition(":")
        if not colon:
            return Named(subject)
        return self.site(name) if kind == "site" else f"{self.word(kind)} {name}"

    def days_left(self, days: int) -> str:
        """How long there is until a day that is so many days away."""
        if days == 0:
            return self.say("today")
        return self.say("days_over", days=-days) if days < 0 else self.say("days_left", days=days)

    def left(self, today: str, until: str) -> str:
        """How long there is until a day."""
        return self.days_left((date.fromisoformat(until) - date.fromisoformat(today)).days)

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
        named = (
            {**fields, "site": self.site(fields["site"])} if isinstance(fields.get("site"), str) else fields
        )
        return NOTED.sub("", self.labels.note(code, named))

    def weekday(self, day: str) -> str:
        """The day of the week of a day."""
        return self._weekday(date.fromisoformat(day).weekday())

    def _weekday(self, number: int) -> str:
        told = WEEKDAYS[self.language][number]
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
            by_site.setdefault(self.site(span["site"] or ""), []).append(told)
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
        if not terminal:
            fields |= self._by_name(error.code, fields)
        told = self.labels.message(error.code, fields)
        hint = self.labels.hint(error.code, fields)
        told = self._begun(told)
        if terminal:
            return told, hint
        if "cell" in error.place:
            told = self.labels.pair(str(error.place["cell"]), told)
        step = self._next_step(error, hint)
        return FIELD.sub("", told), (step and self._begun(step))

    def _by_name(self, code: str, fields: Mapping[str, Any]) -> dict[str, str]:
        """What pages tell otherwise than a terminal does: sites, commands, and what was to be read."""
        found = {}
        if isinstance(fields.get("site"), str):
            found["site"] = self.site(fields["site"])
        if fields.get("do") in COMMANDS:
            found["do"] = self.act(fields["do"])
        if code == "not_yours_to_read":
            found["id"] = self.read(str(fields.get("id", "")))
        return found

    def _begun(self, told: str) -> str:
        """A sentence as it begins in English."""
        return told[:1].upper() + told[1:] if self.language == "en" else told

    def _next_step(self, error: LedgerError, hint: str | None) -> str | None:
        """The next step in the console: a page or a button, in words of its own where those of a terminal name neither."""
        own = own_words(self.language)
        if f"next_after_{error.code}" in own:
            return own[f"next_after_{error.code}"]
        if error.code in UNPROVEN:
            return own["next_after_unproven"]
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
