"""The values of a policy document on one line, in the reader's language."""

from typing import Any

from ledger.labels.citations import cited
from ledger.labels.messages import Labels


def rule_value(labels: Labels, value: Any, key: str) -> str:
    """A value of a document; `key` says of which rule it is (`surcharge.amount`)."""
    if isinstance(value, bool):
        return labels.word("yes" if value else "no")
    if isinstance(value, str) and key.endswith("source"):
        return cited(value, labels.language)
    if isinstance(value, list):
        return labels.listed(rule_value(labels, item, key) for item in value)
    if isinstance(value, dict):
        if labels.language in value:
            return rule_value(labels, value[labels.language], key)
        return labels.listed(
            f"{_part(labels, key, name)} {rule_value(labels, item, f'{key}.{name}')}"
            for name, item in value.items()
        )
    return "–" if value is None else labels.setting(key, value)


def _part(labels: Labels, key: str, name: str) -> str:
    """The name of a value within a table that came or went as a whole."""
    return name if labels.language == "en" else labels.rule(f"{key}.{name}").rpartition("：")[2]
