"""A policy version, what differs between two, and the linter's findings, as people read them."""

from typing import TYPE_CHECKING, Any

import click

from cli.render import print_json, print_line, print_table, print_title, shown, talk
from cli.settings import settings
from ledger.formats import format_local
from ledger.labels.citations import cited
from ledger.labels.policy_values import rule_value

if TYPE_CHECKING:
    from ledger.application.policy_check import Checked

_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}
_SHOWN_ELSEWHERE = ("version", "effective_from", "title", "calendar", "clauses")


def governs(reigns: list[dict[str, Any]]) -> str:
    """The months a version governs; site by site where sites differ."""
    labels = settings().labels()
    by_site: dict[str, list[str]] = {}
    for reign in reigns:
        first = reign["from"] or labels.word("beginning")
        months = f"{first} … {reign['through'] or ''}".strip()
        by_site.setdefault(reign["site"] or "", []).append(first if first == reign["through"] else months)
    spans = {site: labels.say("separator").join(months) for site, months in by_site.items()}
    if len(set(spans.values())) == 1:
        return next(iter(spans.values()))
    return labels.say("sentence_separator").join(labels.pair(site, months) for site, months in spans.items())


def print_version(found: dict[str, Any], timezone: str) -> None:
    """A version's facts, rules, clauses and calendar."""
    from ledger.application import policy_documents as policies

    labels = settings().labels()
    document, language = found["policy"], labels.language
    print_title(f"{labels.title('policy')} {found['version']} · {found['title'][language]}")
    facts = {
        "site": found["site"] or labels.word("all_sites"),
        "effective_from": found["effective_from"] or labels.word("beginning"),
        "governs": governs(found["governs"]),
        "position": found["position"],
        "recorded_at": format_local(found["recorded_at"], timezone),
        "by": found["by"],
        "digest": found["digest"],
    }
    for name, value in facts.items():
        print_line(labels.pair(labels.heading(name), shown(value)))
    rules = [row for row in policies.rules(document) if not row["key"].startswith(_SHOWN_ELSEWHERE)]
    print_title(labels.title("policy-rules"))
    told = [
        {**_keyed(row["key"]), "value": _value(row["value"], row["key"]), "source": _cited(row["source"])}
        for row in rules
    ]
    print_table(told, [*_key_columns(), "value", "source"], spare=["key"])
    clauses = [
        {**clause, "title": clause["title"][language], "source": _cited(clause["source"])}
        for clause in document["clauses"]
    ]
    print_title(labels.title("policy-clauses"))
    print_table(clauses, ["code", "scheme", "title", "min_points", "max_points", "source"], spare=["source"])
    print_title(labels.title("policy-calendar"))
    years = policies.calendar_years(document)
    columns = ["year", "days_off", "days_worked"]
    print_table(years, columns, right=columns)
    first, last = found["published_from"], found["published_through"]
    print_line(f"\n{labels.say('calendar_provisional', first=first, last=last)}")


def print_clauses(found: list[dict[str, Any]], word: str | None) -> None:
    """Clauses as blocks: code and title, what kind and where from, and what an inspector looks at."""
    labels = settings().labels()
    if not found:
        print_line(shown(labels.say("no_clause_holds", word=word)))
        return
    print_title(labels.title("policy-clauses"))
    between = " · "
    for clause in found:
        about = labels.word(f"about_{clause['about']}")
        print_line(f"{clause['clause']}  {shown(clause['title'][labels.language])}", bold=True)
        print_line(f"       {about}{between}{shown(_cited(clause['source']))}")
        if clause["check_points"] is not None:
            print_line(f"       {shown(between.join(clause['check_points'][labels.language]))}")


def print_changes(changes: list[dict[str, Any]]) -> None:
    """What differs, a row for each key."""
    if not changes:
        print_line(settings().labels().say("nothing_differs"))
        return
    columns = [*_key_columns(), "old", "new", "source"]
    print_table([_change(change) for change in changes], columns, spare=["key"])


def _key_columns() -> list[str]:
    """A rule's name in words, and its key as a policy file has it; in English the key alone."""
    return ["key"] if settings().labels().language == "en" else ["rule", "key"]


def _keyed(key: str) -> dict[str, str]:
    return {"rule": settings().labels().rule(key), "key": key}


def _change(change: dict[str, Any]) -> dict[str, str]:
    old_source, new_source = change["old_source"], change["new_source"]
    sources = [_cited(source) for source in dict.fromkeys((old_source, new_source)) if source is not None]
    old, new = (_value(change[side], change["path"]) for side in ("old", "new"))
    if "added" in change:
        new += f" (+{len(change['added'])} −{len(change['removed'])})"
    return {**_keyed(change["path"]), "old": old, "new": new, "source": " → ".join(sources)}


def _cited(source: str | None) -> str:
    """A source in the reader's language."""
    return "–" if source is None else cited(source, settings().labels().language)


def _value(value: Any, key: str) -> str:
    """A value of a document on one line; `key` says of which rule it is."""
    return rule_value(settings().labels(), value, key)


# --- findings -----------------------------------------------------------------------------------------


def findings(checked: "Checked", file: str) -> list[dict[str, Any]]:
    """The findings with their words, as `--json` prints them."""
    labels = settings().labels()
    return [
        {
            "severity": finding["severity"],
            "code": finding["code"],
            "file": file,
            "path": finding["path"],
            "line": finding["line"],
            "what": labels.say(f"lint_{finding['code']}", **finding["fields"]),
            "hint": labels.say(f"lint_{finding['code']}_hint", **finding["fields"]),
        }
        for finding in checked.values()
    ]


def print_finding(finding: dict[str, Any], err: bool = False) -> None:
    """A finding as compilers print theirs, and the next step below it."""
    labels = settings().labels()
    place = shown(finding["file"]) + ("" if finding["line"] is None else f":{finding['line']}")
    severity = click.style(labels.say(f"severity_{finding['severity']}"), fg=_COLOURS[finding["severity"]])
    told = labels.pair(severity, labels.pair(shown(finding["path"]), shown(finding["what"])))
    click.echo(f"{place}: {told}", err=err)
    click.echo("    " + labels.pair(labels.say("hint"), shown(finding["hint"])), err=err)


def print_checked(checked: "Checked", file: str, as_json: bool) -> int:
    """What was found in a file, as it is asked for; the exit status, which is 1 where there is an error."""
    if as_json:
        print_json(findings(checked, file))
    else:
        _print_findings(checked, file)
    return 1 if checked.count("error") else 0


def _print_findings(checked: "Checked", file: str) -> None:
    """All findings, and how many there are."""
    labels = settings().labels()
    for finding in findings(checked, file):
        print_finding(finding)
    if not checked.in_book:
        talk(labels.say("checked_without_ledger"))
    counts = {f"{name}s": checked.count(name) for name in ("error", "warning", "info")}
    print_line(labels.say("findings", **counts))
