"""Odd values, and the forms of a page with whatever they ask: what a seeded hand sends to the console."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random

ODD = (
    *("", " ", "\u3000", "\x00", "a\x00b", "\x1b[31m", "\u202e\u2066\u200b", "\ufeff", "\ufffd", "é", "🧯"),
    *(
        "0",
        "-1",
        "+1",
        "1.5",
        "1e9",
        "NaN",
        "²",
        "٣",
        "９９",
        "999999999",
        "9" * 20,
        "9" * 5000,
        "1" + "0" * 5,
    ),
    *("2026-02-30", "0001-01-01", "1900-01-01", "2999-12-31", "9999-12-31", "2026-07\n", "2026-W32-1"),
    *("2026-08-31T23:59", "2026-08-31 25:00", "0.005", "-0.00", "1,000.00", "￥5", "=1+1"),
    *("N702", "A09", "E06", "X01", "none", "true", "null", "[]", "{}", "jinse", "other", "en", "zh-Hans"),
    *("<script>alert(1)</script>", "{{ 7 * 7 }}", "{0.__class__}", "%s%n", "'; DROP TABLE events; --"),
    *("../../kaoji.db", "//evil.example", "\\\\evil", "a\r\nSet-Cookie: kaoji=x", "x" * 10_000, "字 " * 900),
    *("#120", "#0", "appeal:A04", "appeal:", "notice:N807", "notice:", ":", "2026-08-01T00:00:00+08:00"),
)
STEPS = (
    *("", "0", "1", "2", "3", "4", "99", "-1", "check", "record", "confirm", "propose", "remove", "none"),
    *("back:", "back:0", "back:1", "back:99", "back:²", "check\ncheck", "\x00"),
)
USUAL = {
    **dict.fromkeys(("employee", "author", "owner", "marker_1", "candidates", "supervisor"), "E10"),
    **dict.fromkeys(("on", "from", "day", "held_on", "occurred_on", "issued_on", "until"), "2026-09-09"),
    **dict.fromkeys(("due_on", "held_on"), "2026-09-30"),
    **dict.fromkeys(("month", "first", "last"), "2026-08"),
    **dict.fromkeys(("points", "score", "days"), "2"),
    **dict.fromkeys(("wage", "minimum_wage"), "2500.00"),
    "started_at": "2026-09-09T09:00",
    "occurred_at": "2026-09-08T10:00",
    "notice": "N807",
    "clause": "FD-08",
    "bases": "E01 900.00",
    "pasted": "E06 48.50",
    "name": "payroll",
}
"""What is typed where nothing odd is, so that a form goes on to its next screen."""


@dataclass
class Form:
    """A form that is sent by POST: where to, what it holds, what there is to choose from, and its buttons."""

    action: str
    given: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, random: Random, odd: int, password: str) -> list[tuple[str, str]]:
        """The fields as somebody sends them: so many of them odd, now and then one twice, and a button."""
        names = [name for name in (*self.given, *self.choices) if name != "csrf"]
        sent = {name: self._usual(name, random) for name in (*self.given, *self.choices)}
        sent |= {name: password for name in sent if name in ("password", "again")}
        for name in random.sample(names, min(odd, len(names))):
            sent[name] = random.choice(ODD)
        pairs = list(sent.items())
        if names and odd and random.random() < 0.2:
            pairs.append((random.choice(names), random.choice(ODD)))
        if odd and random.random() < 0.3:
            return [*pairs, ("step", random.choice(STEPS))]
        return [*pairs, random.choice(self.buttons)] if self.buttons else pairs

    def _usual(self, name: str, random: Random) -> str:
        if name in self.choices:
            return random.choice(self.choices[name])
        return self.given[name] or USUAL.get(name.partition(".")[0], "字")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told.get("action", "")) if told.get("method") == "post" else None
            if self._form is not None:
                self.found.append(self._form)
        elif self._form is not None:
            self._asked(self._form, tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _asked(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, value, kind = told.get("name", ""), told.get("value", ""), told.get("type", "")
        if tag == "select":
            self._select = name
        elif tag == "option" or kind in ("radio", "checkbox"):
            form.choices.setdefault(self._select if tag == "option" else name, []).append(value)
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif kind == "file":
            form.files.append(name)
        elif tag in ("input", "textarea") and name:
            form.given[name] = value


def forms(text: str) -> list[Form]:
    """The forms of a page's content that are sent by POST."""
    parser = _Forms()
    parser.feed(text[max(text.find("<main"), 0) :])
    return [form for form in parser.found if "csrf" in form.given]
