"""The book of words of one language: messages, hints, notes, helps, titles, headings and the words for codes.

A lookup falls back to English and then to the key, and none ever raises: words must not hide what they tell of.
What is put into a blank is made visible first, so that no value can pass for a line, or a character, of the words.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from ledger.formats import LANGUAGES, Language, Reason
from ledger.labels.coded import CODED
from ledger.labels.tables import table
from ledger.labels.visible import visible
from ledger.texts import ERASED, SEALED

_NOTHING: Final = "–"
_PART_END: Final = r"(?<=; )|(?<=；)"
"""Where a hint goes on to its next piece of advice."""

_THING_PARTS: Final = "[/:]"
_BESIDE: Final = r" \(([^()]*)\)"
_LINE_END: Final = r"[ \t]*[\r\n]+[ \t]*"
_CODED: Final = CODED | {"asked", "found", "missing", "offices", "worse"}
"""The fields whose values are codes. Others are never translated: an employee's id may well be `director`."""

_OF_CODES: Final = frozenset(
    (
        *("acting_head", "band", "carry_by", "checklist", "dimension", "dimensions", "kind", "kinds"),
        *("retaliation_starts_at", "scheme", "verifiers", "write_off_by"),
    )
)
"""The rules whose values are codes that have words anyway."""

_ITEM: Final = r"\[([^\]]*)\]"
_NO_ITEM: Final = r"\s*\{of\}\s*"
_LISTED: Final = frozenset(
    (
        *(
            "alike",
            "allowed",
            "called",
            "candidates",
            "concerned",
            "criteria",
            "employees",
            "encodings",
            "keys",
        ),
        *("known", "left_out", "may", "meant", "names", "notices", "objections", "sheets", "sites", "twice"),
    )
)
"""The fields that list ids and names, one after another."""


class Told(str):
    """A value in a sentence; `{points:point|points}` is the word that goes with how many there are."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        one, several, many = spec.partition("|")
        if several:
            return one if self.lstrip("+-−") == "1" else many
        return super().__format__(spec)


class Labels:
    """The words of one language; `by_hand` for whoever types, and not for a file: fields have names only, no codes."""

    def __init__(self, language: Language, by_hand: bool = False) -> None:
        self.language: Language = language
        self.by_hand = by_hand
        self._tables: dict[str, dict[str, str]] = {}

    def message(self, code: str, fields: Mapping[str, object]) -> str:
        """What was refused, and why."""
        told = self._filled("messages", code, fields) or _unworded(code, fields)
        return told + self.say("provisional_calendar") if fields.get("provisional") is True else told

    def hint(self, code: str, fields: Mapping[str, object]) -> str | None:
        """The next step after a refusal, without the advice that has nothing to name; None where there is none."""
        template = self._table("hints").get(code)
        if template is None:
            return None
        empty = {name for name, value in fields.items() if name != "field" and value in (None, "")}
        parts = [part for part in re.split(_PART_END, template) if not empty & _blanks(part)]
        return self._fill("".join(parts).rstrip(";； "), code, fields) if parts else None

    def note(self, code: str, fields: Mapping[str, object]) -> str:
        """What must be said at once although nothing was refused."""
        return self._filled("notes", code, fields) or _unworded(code, fields)

    def fault(self, code: str, fields: Mapping[str, object]) -> str:
        """What verify finds wrong; a reason that is the code of an error is worded as that error."""
        why = self._filled("messages", str(fields.get("reason")), fields)
        said = fields if why is None else {**fields, "reason": why}
        return self._filled("faults", code, said) or _unworded(code, fields)

    def say(self, key: str, **fields: object) -> str:
        """A phrase of the program's own."""
        return self._filled("say", key, fields) or _unworded(key, fields)

    def form(self, key: str, **fields: object) -> str:
        """A phrase of a printed form; its blanks stay where nothing is given for them."""
        template = self._table("forms").get(key)
        if template is None or not fields:
            return key if template is None else template
        return self._fill(template, key, fields)

    def word(self, key: str) -> str:
        """The word for a code."""
        return self._table("words").get(key, key)

    def department(self, code: str) -> str:
        """A department by its usual name; as the site calls it, where that is its own name for it."""
        return self._table("departments").get(code, code)

    def area(self, code: str) -> str:
        """What the clauses that begin so are about; the code alone, where it is a site's own."""
        told = self._table("words").get(f"area_{code}")
        return code if told is None else f"{code} {told}"

    def thing(self, name: str) -> str:
        """A stream or a subject in words: `employee/E017`, `appeal:A1`, `policy-book`."""
        kind, *rest = re.split(_THING_PARTS, name)
        return " ".join([self.word(kind), *rest])

    def words(self, text: str) -> str:
        """Somebody's words, and what stands where they cannot be read in the reader's language."""
        if "[" not in text:
            return text
        return text.replace(ERASED, self.say("erased")).replace(SEALED, self.say("sealed"))

    def place(self, kind: str, value: object) -> str:
        """Where something was refused: a line by its number, a field by its heading."""
        told = str(value) if self.language == "en" or kind != "field" else self.name(str(value))
        return f"{self.word(kind)} {visible(told)}"

    def rule(self, path: str) -> str:
        """A rule's key path in words; in English as it stands in the policy."""
        if self.language == "en":
            return path
        (bare, of), rules = _bare(path), self._table("rules")
        if bare in rules:
            return rules[bare].format(of=of) if of else re.sub(_NO_ITEM, "", rules[bare])
        table, _, last = path.rpartition(".")
        if last.isdigit() and table:  # which of them it is, the source beside it tells
            return self.rule(table)
        if last.endswith("source") and path != "source":
            cited = path.removesuffix("_source")
            return self.remarked(self.rule(cited if _bare(cited)[0] in rules else table), self.name("source"))
        if last in LANGUAGES and table:
            return self.remarked(self.rule(table), self.name(last))
        if last == "title" and table:
            return self.pair(self.rule(table), self.name(last))
        return " ".join(map(self.name, path.split(".")))

    def setting(self, path: str, value: object) -> str:
        """A rule's value in words; in English as it stands in the policy."""
        text = str(value)
        if self.language == "en":
            return text
        bare, _ = _bare(path)
        told = self._table("settings").get(f"{bare}.{text}")
        return told or (self.word(text) if bare.rpartition(".")[2] in _OF_CODES else text)

    def pair(self, name: str, told: object) -> str:
        """A name and what is told of it, with the colon of the language; both are shown as they are."""
        return self._table("say")["pair"].format(name=name, told=told)

    def remarked(self, text: str, remark: str) -> str:
        """A text with a remark in the brackets of the language; both are shown as they are."""
        return self._table("say")["remark"].format(text=text, remark=remark)

    def listed(self, parts: Iterable[str]) -> str:
        """Parts one after another, with the mark that stands between them in the language."""
        return self._table("say")["separator"].join(parts)

    def title(self, report: str) -> str:
        """The title of a report."""
        return self._table("titles").get(report, report)

    def heading(self, column: str) -> str:
        """The heading of a report's column."""
        return self._table("headings").get(column, column)

    def name(self, field: str) -> str:
        """The heading of a field, or the word for a code that stands where a field might."""
        return self._table("headings").get(field) or self.word(field)

    def help(self, path: str) -> str | None:
        """A command's help, by its path such as `notice issue`; None in English, which stands in the code."""
        return table(self.language, "helps").get(path)

    def short(self, command: str) -> str:
        """What a first-level command is for, in one line."""
        return self._table("shorts").get(command, command)

    def field(self, name: str) -> str:
        """What to write into a field or option; `file_appeal.by` as the command has it, or as any has it."""
        fields = self._table("fields")
        return fields.get(name) or fields.get(name.rpartition(".")[2], name)

    def what(self, key: str) -> str:
        """What a date must not lie before."""
        return self._table("what").get(key, key)

    def _table(self, name: str) -> dict[str, str]:
        """A table's words, those that the language lacks in English."""
        if name not in self._tables:
            self._tables[name] = {**table("en", name), **table(self.language, name)}
        return self._tables[name]

    def _filled(self, table: str, key: str, fields: Mapping[str, object]) -> str | None:
        template = self._table(table).get(key)
        return None if template is None else self._fill(template, key, fields)

    def _fill(self, template: str, key: str, fields: Mapping[str, object]) -> str:
        try:
            return template.format_map(
                {name: Told(self._shown(name, value)) for name, value in fields.items()}
            )
        except (LookupError, ValueError):
            return _unworded(key, fields)

    def _shown(self, name: str, value: object) -> str:
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        if name in ("reason", "problem"):
            return self._reason(value if isinstance(value, str) else str(value))
        text = _one_line(value)
        if name == "field":
            return self._field(text) if text else self.word("whole_command")
        if name == "sheet_fields":
            return self._table("say")["separator"].join(map(self.name, text.split(", ")))
        if name in ("stream", "subject"):
            return self.thing(text)
        if name == "what":
            return self.what(text)
        if name == "choices" and self.language != "en":
            return self._listed(text)
        if name == "run" and text == "regular" and self.language != "en":
            return self.say("regular_run")
        if name in ("expected", "items") and self.language != "en":
            return self._listed(text, with_codes=True)
        if name in _CODED:
            return self._table("say")["separator"].join(map(self.word, text.split(", ")))
        if name in _LISTED and self.language != "en":
            return self.listed(text.split(", ")) or _NOTHING
        return text or _NOTHING

    def _field(self, code: str) -> str:
        """A field as a reader knows it, and as a file has it."""
        heading = self._table("headings").get(code)
        if heading is None or self.language == "en":
            return code
        return heading if self.by_hand else f"{heading}（{code}）"

    def _listed(self, codes: str, with_codes: bool = False) -> str:
        """Codes in words; with the codes where a file has to hold them."""
        words = {code: self.word(code) for code in re.sub(_BESIDE, r"（\1）", codes).split(", ")}
        told = (f"{word}（{code}）" if with_codes and word != code else word for code, word in words.items())
        return self._table("say")["separator"].join(told)

    def _reason(self, said: str) -> str:
        from ledger.labels.parser_messages import recognised  # its patterns are made for errors only

        text = re.sub(_LINE_END, " ", said)  # parsers and databases break their own lines
        fault = recognised(said if isinstance(said, Reason) else text)
        if fault is None:
            return visible(text)
        key, fields = fault
        typed = self._filled("reasons", f"{key}_typed", fields) if self.by_hand else None
        return typed or self._filled("reasons", key, fields) or visible(text)


@lru_cache
def load(language: str, by_hand: bool = False) -> Labels:
    """The words of a language; English for one that is not in the book."""
    return Labels(next((known for known in LANGUAGES if known == language), "en"), by_hand)


@lru_cache
def keys_behind(prefix: str, keys: tuple[str, ...]) -> dict[str, str]:
    """The headings of some keys in every language → the key: what a file of any language calls them."""
    return {load(language).heading(f"{prefix}_{key}"): key for language in LANGUAGES for key in keys}


def _one_line(value: object) -> str:
    """A value as text that keeps to one line and is seen whole."""
    return _NOTHING if value is None else visible(str(value))


def _bare(path: str) -> tuple[str, str]:
    """A rule's key path without the names of items, and the last of these: `bands[11-15].band` → `bands.band`, `11-15`."""
    return re.sub(_ITEM, "", path), next(iter(re.findall(_ITEM, path)[-1:]), "").lstrip("#")


def _blanks(template: str) -> set[str]:
    from string import Formatter  # which takes a while, and few words need it

    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _unworded(code: str, fields: Mapping[str, object]) -> str:
    """A code without words, or whose words lack a field: as it is, with its fields."""
    told = ", ".join(f"{name}: {_one_line(value)}" for name, value in fields.items())
    return f"{code} ({told})" if told else code
