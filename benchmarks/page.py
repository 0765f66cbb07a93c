"""How results look: a table on the terminal, Markdown between the markers of a page, JSON for programs."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.frame import Goal, Line

MACHINE: Final = "machine"
"""The name of the part of a page that says on what was measured."""


@dataclass(slots=True)
class Section:
    """What a module found, or how it failed."""

    name: str
    title: str
    lines: list[Line] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    failure: str = ""
    seconds: float = 0.0


# --- on the terminal --------------------------------------------------------------------------------


def text(section: Section) -> str:
    """A section as plain text."""
    rows = [_header(section.lines), *(_cells(line, section.lines) for line in section.lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    drawn = [
        "  ".join(
            cell.ljust(width) if place in (0, 3) or place > 5 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    parts = [f"\n{section.title}  ({section.seconds:.0f} s)", "─" * 100, *(drawn if section.lines else ())]
    parts += [f"\n{line.what}: where the time goes\n{line.profile}" for line in section.lines if line.profile]
    parts += section.sentences
    if section.failure:
        parts.append(f"FAILED\n{section.failure}")
    return "\n".join(parts)


# --- in a page --------------------------------------------------------------------------------------


def write(page: Path, machine: dict[str, str], sections: Iterable[Section]) -> None:
    """Puts what was found between its markers in a page; parts that were not measured stay as they are."""
    of, when, on = (machine.get(name, "?") for name in ("kaoji", "measured", "processor"))
    said = f"<sub>kaoji {of}, {when}, on {on}</sub>\n"
    parts = {section.name: f"{markdown(section)}\n{said}" for section in sections}
    parts[MACHINE] = "\n".join(
        ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine.items())]
    )
    content = page.read_text("utf-8")
    for name, part in parts.items():
        begin, end = f"<!-- measured: {name} -->", f"<!-- end: {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
        if not pattern.search(content):
            content = f"{content.rstrip()}\n\n{begin}\n{end}\n"
        written = f"{begin}\n{part}\n{end}"
        content = pattern.sub(lambda _, written=written: written, content)
    page.write_text(content, "utf-8")


def markdown(section: Section) -> str:
    """A section as Markdown, its heading included."""
    parts = [f"### {section.title}"]
    if section.lines:
        header = _header(section.lines)
        align = ["---" if place in (0, 3) or place > 5 else "---:" for place in range(len(header))]
        rows = [header, align, *(_cells(line, section.lines) for line in section.lines)]
        parts.append("\n".join("| " + " | ".join(row) + " |" for row in rows))
    parts += section.sentences
    parts += [
        f"Where the time of *{line.what}* goes:\n\n```text\n{line.profile}\n```"
        for line in section.lines
        if line.profile
    ]
    if section.failure:
        parts.append(f"This part failed: `{section.failure.strip().splitlines()[-1]}`")
    return "\n" + "\n\n".join(parts) + "\n"


def _header(lines: Sequence[Line]) -> list[str]:
    names = ["what", "median", "range", "baseline", "its median", "ratio", "goal", "reached"]
    return names + (["what it does, and does not"] if _has_remarks(lines) else [])


def _has_remarks(lines: Sequence[Line]) -> bool:
    return any(line.remark for line in lines)


def _cells(line: Line, lines: Sequence[Line]) -> list[str]:
    p99 = line.p99
    spread = f"p99 {_figure(p99)}" if p99 is not None else _spread(line.taken)
    below, ratio = line.baseline_median, line.ratio
    cells = [
        line.what,
        f"{_figure(line.median)} {line.unit}",
        spread,
        line.baseline,
        "" if below is None else f"{_figure(below)} {line.unit}",
        "" if ratio is None else f"{ratio:.2f}",
        ", ".join(_goal(goal, line) for goal in line.goals),
        "" if not line.goals else "no" if line.missed else "yes",
    ]
    return cells + ([line.remark] if _has_remarks(lines) else [])


def _spread(taken: Sequence[float]) -> str:
    return f"{_figure(min(taken))}–{_figure(max(taken))}" if len(taken) > 1 else "once"


def _goal(goal: Goal, line: Line) -> str:
    sign = "≥" if goal.at_least else "≤"
    if goal.of == "ratio":
        return f"ratio {sign} {goal.bound:g}"
    return f"{'p99 ' if goal.of == 'p99' else ''}{sign} {_figure(goal.bound)} {line.unit}"


def _figure(value: float) -> str:
    """Three figures that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


# --- for programs -----------------------------------------------------------------------------------


def values(machine: dict[str, str], sections: Iterable[Section], options: dict[str, Any]) -> dict[str, Any]:
    """Everything as JSON values, each single measurement included."""
    return {"machine": machine, "options": options, "sections": [_section(section) for section in sections]}


def write_json(file: Path, found: dict[str, Any]) -> None:
    """The same into a file."""
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _section(section: Section) -> dict[str, Any]:
    lines = [
        asdict(line)
        | {"median": line.median, "ratio": line.ratio, "p99": line.p99, "missed": bool(line.missed)}
        for line in section.lines
    ]
    return asdict(section) | {"lines": lines}
