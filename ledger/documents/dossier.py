"""The dossier of an appeal: one self-contained HTML page in three languages for whoever decides it.

It is made of the values of `Look.case_file` and nothing else, without clock or chance: equal values make equal
bytes. What came from outside is shown as text: HTML is escaped, and characters that are not seen are shown by number.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from ledger.labels.answers import marked
from ledger.labels.citations import cited
from ledger.labels.coded import CODED
from ledger.labels.messages import Labels, load
from ledger.labels.visible import visible
from ledger.terms import LANGUAGES, Language, format_local, format_money

OWN_NAMES: Final = {"zh-Hant": "繁體中文", "zh-Hans": "简体中文", "en": "English"}
"""What each language calls itself, on the switch at the top of the page."""

_CODED: Final = CODED | {"about", "against", "how", "imposed", "sanction_due", "skipped", "what"}
"""The fields whose values are the program's own words."""

_PEOPLE: Final = {"employee", "respondent", "supervisor"}
"""The fields whose values are staff numbers, with or without the name."""

_TOLD_ELSEWHERE: Final = {
    *("appeal", "by", "employee", "issued_by", "issued_on", "month", "notice", "on", "sanction", "target"),
    *("conflicted", "evidence", "finding", "late_reason", "narrative", "occurred_at", "reasons", "route"),
    *("statement", "stated", "text"),
}
"""Fields of an event that the timeline leaves to the sections before it."""

_WHOLE_ROW: Final = {
    "joint_liability": ("supervisor", "share", "status"),
    "sanctions": ("sanction_due", "kind", "status"),
    "payroll": ("amount",),
    "payroll_run": ("due", "deducted", "carried"),
}
"""What is shown of a row that comes or goes."""

_NOTHING: Final[tuple[object, ...]] = (None, "", "0.00", 0, False, "none", "no", [], ())


def dossier(case_file: Mapping[str, Any], language: Language, timezone: str, sites: Mapping[str, str]) -> str:
    """The page, in all languages, with one of them shown first (and printed).

    Instants are shown by the clock of the time zone; `sites`: what each site is called.
    """
    style = read_text("dossier.css")
    page: str = _template().render(
        case_file=case_file,
        language=language,
        languages=[
            Reader(load(one), case_file["names"], timezone, sites)
            for one in sorted(LANGUAGES, key=LANGUAGES.index)
        ],
        own_names=OWN_NAMES,
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page


def harmless(value: object) -> object:
    """A value as a reader may safely see it; markup of our own passes as it is."""
    if hasattr(value, "__html__"):
        return value
    text = "" if value is None else str(value)
    return visible(text, kept="\n\t") if text else "–"


def read_text(name: str) -> str:
    """A file of this room."""
    return resources.files("ledger.documents").joinpath(name).read_text("utf-8")


def template(name: str) -> Any:
    """A template of this room, in which everything from outside is shown as text."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(read_text(name))


@lru_cache(maxsize=1)
def _template() -> Any:
    return template("dossier.html.j2")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of an outcome's table: `subject` says whose or what, `field` names the figure."""

    subject: str
    field: str
    before: object
    after: object


class Reader:
    """One language's reader: the words, the names of people, and values as that reader is shown them."""

    def __init__(
        self,
        labels: Labels,
        names: Mapping[str, str],
        timezone: str,
        sites: Mapping[str, str],
    ) -> None:
        self.language = labels.language
        self.say, self.word, self.heading, self.title = labels.say, labels.word, labels.heading, labels.title
        self.thing, self.rule, self._name, self.words = labels.thing, labels.rule, labels.name, labels.words
        self.pair, self.remarked, self.department = labels.pair, labels.remarked, labels.department
        self._names, self._timezone, self._sites = names, timezone, sites

    def local(self, instant: str) -> str:
        """An instant by the clock of the site."""
        return format_local(instant, self._timezone)

    def cited(self, source: str) -> str:
        """A source as the reader knows it."""
        return cited(source, self.language)

    def who(self, person: str | None) -> str:
        """A person by id and name; a dash where there is nobody."""
        return self.words(" ".join(filter(None, (person, self._names.get(person or ""))))) or "–"

    def actor(self, event: Mapping[str, Any], case_file: Mapping[str, Any]) -> str:
        """Who did it; what an event leaves unsaid is the appellant's or the employee's own doing."""
        if event["by"] is None and event["kind"].startswith("appeal_"):
            return str(case_file["appeal"]["appellant"])
        if event["by"] is None and event["kind"] == "notice_acknowledged":
            return str(case_file["object"]["employee"])
        return self.who(event["by"])

    def value(self, field: str, value: object) -> str:
        """A field's value in words."""
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        if isinstance(value, list | tuple):
            return self.say("separator").join(self.value(field, item) for item in value) or "–"
        if (told := marked(field, value, self.say)) is not None:
            return told
        if isinstance(value, Mapping):
            named = (f"{self._name(key)} {self.value(key, one)}" for key, one in value.items())
            return self.say("separator").join(named)
        if value is None or value == "":
            return "–"
        if field.endswith("_fen") and isinstance(value, int):
            return format_money(value)
        if field in ("occurred_at", "recorded_at"):
            local = self.local(str(value))
            return local.removesuffix(":00") if field == "occurred_at" else local
        if field in _PEOPLE:
            return self.who(str(value))
        if field == "department":
            return self.department(str(value))
        if field == "site":
            return self._sites.get(str(value), str(value))
        return self.word(value) if field in _CODED and isinstance(value, str) else self.words(str(value))

    def outcome(self, outcome: Mapping[str, Any]) -> str:
        """An outcome's name, with the points that are left."""
        if outcome["points"] is None:
            return self.word(outcome["outcome"])
        return self.say("dossier_reduced_to", points=outcome["points"])

    def dispute(self, case_file: Mapping[str, Any]) -> str:
        """What it is about, in one sentence or two."""
        appeal, thing = case_file["appeal"], case_file["object"]
        against, target = next(iter(appeal["against"].items()))
        titles = thing.get("clause_title") or {}
        told = {
            **thing,
            "occurred_on": str(thing.get("occurred_at"))[:10],
            "title": titles.get(self.language, ""),
        }
        people = {name: appeal[name] for name in ("appellant", "respondent")}
        return self.say(f"dossier_{against}", target=target, ground=appeal["ground"], **{**told, **people})

    def standing(self, appeal: Mapping[str, Any]) -> str:
        """Who decides it by when, or how it ended."""
        if appeal["status"] == "pending":
            waits = "dossier_waiting" if appeal["reviewer"] is None else "dossier_pending"
            mark = f" {self.word('provisional')}" if appeal.get("provisional") else ""
            return self.say(waits, **{**appeal, "due_on": f"{appeal['due_on']}{mark}"})
        return self.say("dossier_over" if appeal["decided_on"] is None else "dossier_decided", **appeal)

    def told(self, entry: Mapping[str, Any]) -> str:
        """What an event of the timeline says beside what stands elsewhere on the page."""
        own = {"narrative", "finding"} if entry["kind"] == "notice_corrected" else set()
        return self.say("separator").join(
            f"{self.heading(key)} {self.value(key, value)}"
            for key, value in entry["fields"].items()
            if key not in _TOLD_ELSEWHERE - own
        )

    def changes(self, outcome: Mapping[str, Any]) -> dict[str, list[Change]]:
        """An outcome's lines by report."""
        found: dict[str, list[Change]] = {}
        for row in outcome["difference"]:
            title = self.title(row["report"].replace("_", "-"))
            found.setdefault(title, []).extend(self._lines(row))
        return found

    def _lines(self, row: Mapping[str, Any]) -> Iterator[Change]:
        subject = self._subject(row)
        old, new = row["before"], row["after"]
        if row["field"] is not None and not isinstance(old, Mapping):
            yield Change(subject, row["field"], old, new)
        elif row["report"] == "public_list" and row["field"] is None:
            yield Change(subject, "public", old is not None, new is not None)
        else:
            old, new = old or {}, new or {}
            fields = _WHOLE_ROW.get(row["report"], tuple(new or old))
            for field in fields:
                was, is_now = old.get(field), new.get(field)
                if was != is_now and (was not in _NOTHING or is_now not in _NOTHING):
                    yield from self._flat(subject, field, was, is_now)

    def _flat(self, subject: str, field: str, was: object, is_now: object) -> Iterator[Change]:
        """A line for each part of a value that has parts; a row's name and department are no figures."""
        if isinstance(was, Mapping) or isinstance(is_now, Mapping):
            old = was if isinstance(was, Mapping) else {}
            new = is_now if isinstance(is_now, Mapping) else {}
            for part in new or old:
                if old.get(part) != new.get(part) and new.get(part, old.get(part)) not in _NOTHING:
                    yield Change(subject, f"{field}_{part}", old.get(part), new.get(part))
        elif field not in ("employee", "name", "department", "month", "policy"):
            yield Change(subject, field, was, is_now)

    def _subject(self, row: Mapping[str, Any]) -> str:
        """Whose row, of which month, what part of the pay."""
        parts = [self.who(row["employee"])] if "employee" in row else []
        parts += [f"{self.word('notice')} {row['notice']}"] if "notice" in row else []
        parts += [str(row[name]) for name in ("month", "obligation_month") if name in row]
        parts += [self.word(row["component"])] if "component" in row else []
        if row.get("sanction") is not None:
            parts.append(f"{self.word('sanction')} {row['sanction']}")
        return " · ".join(parts)
