"""No Chinese words of the program's own hold English ones, in any table and help: all of them are read, and few are allowed.

What is typed as it stands (commands, options, fields and codes of a file, paths, blanks) is no word. The rest stands in a
closed list here; a new word is either translated or put there with what it is.
"""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

LABELS = Path(__file__).parents[2] / "ledger" / "labels"

TYPED = re.compile(
    r"`[^`]*`|\{[^}]*\}"  # a command to type, a blank
    r"|\b(?:\./)?kaoji(?: [a-z-]+)*(?: --?[a-z-]+)*|--[a-z-]+"
    r"|（[a-z_]+）|\b(?:[a-z]+_)+[a-z]+\b"  # a code of a file beside its word; a field or a command of a file
    r"|\bYYYY(?:-MM(?:-DD)?)?\b|\S*/\S+"
    r"|\b[\w-]+\.(?:db|jsonl|checkpoint|receipt|html|toml|csv)\b"
)
WORD = re.compile(r"[A-Za-z]{2,}")

STANDARDS: Final = frozenset(
    [
        "Base",
        "CSV",
        "CloudEvents",
        "DuckDB",
        "Ed",
        "Forwarded",
        "HTML",
        "IANA",
        "JSON",
        "KiB",
        "MiB",
        "PDF",
        "PEM",
        "Parquet",
        "Polars",
        "PostgreSQL",
        "SHA",
        "SP",
        "SQL",
        "SQLite",
        "TLS",
        "TOML",
        "UTF",
        "XLSX",
        "beancount",
        "dask",
        "distributed",
        "hledger",
        "ods",
        "pyarrow",
        "tlog",
        "xls",
        "xlsx",
        "big",
        "gb",
        "hkscs",
        "utf",
        "sig",
        "tab",
        "uXXXX",
    ]
)
"""Formats, standards and programs of others, which have no other name."""

AS_TYPED: Final = frozenset(
    [
        "CREATE",
        "Ctrl",
        "DATABASE",
        "DIR",
        "EVIDENCE",
        "FILE",
        "ID",
        "KAOJI",
        "LEDGERS",
        "PGSERVICE",
        "KEY",
        "KEYRING",
        "LANG",
        "LEDGER",
        "LOGIN",
        "MONTH",
        "PGPASSWORD",
        "Qn",
        "REMARK",
        "ROLE",
        "SELECT",
        "CP",
        "FD",
        "HV",
        "PF",
        "PR",
        "RD",
        "app",
        "audit",
        "conf",
        "demerit",
        "desk",
        "front",
        "house",
        "jinse",
        "main",
        "public",
        "pub",
        "staffing",
        "warning",
    ]
)
"""What stands for something to type, codes of clauses and departments, words of SQL and names in examples."""

OF_FILES: Final = frozenset(
    [
        "absent",
        "appeal",
        "apply",
        "appraisal",
        "basis",
        "bonus",
        "by",
        "capped",
        "cause",
        "causes",
        "checked",
        "checkpoint",
        "cite",
        "clauses",
        "columns",
        "consent",
        "constants",
        "correction",
        "counts",
        "criterion",
        "database",
        "dates",
        "do",
        "employee",
        "examination",
        "explain",
        "false",
        "fine",
        "follows",
        "format",
        "full",
        "handled",
        "id",
        "items",
        "json",
        "key",
        "ledger",
        "list",
        "log",
        "markers",
        "masked",
        "measure",
        "missing",
        "mode",
        "money",
        "name",
        "no",
        "none",
        "note",
        "notice",
        "null",
        "numbers",
        "points",
        "reading",
        "reason",
        "rest",
        "retakes",
        "return",
        "returned",
        "scheme",
        "sha",
        "supervisor",
        "surcharge",
        "table",
        "text",
        "tiles",
        "time",
        "timezone",
        "true",
        "url",
        "values",
        "verify",
        "version",
    ]
)
"""Keys, codes and commands as files, policies, question banks and mappings have them: they are never translated."""

BOTH: Final = frozenset(("DRAFT",))
"""What a paper says in both languages."""


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_no_word_of_the_labels_is_english_but_those_that_have_no_other(language: str) -> None:
    tables = tomllib.loads((LABELS / f"{language}.toml").read_text("utf-8"))
    allowed = STANDARDS | AS_TYPED | OF_FILES | BOTH
    leaks = {
        (table, key, word)
        for table, words in tables.items()
        for key, text in words.items()
        for word in WORD.findall(TYPED.sub(" ", text))
        if word not in allowed
    }
    assert sum(map(len, tables.values())) > 2000
    assert leaks == set()


def test_a_word_that_leaks_would_be_seen() -> None:
    assert WORD.findall(TYPED.sub(" ", "用 kaoji log E01 --as-of 5 查看 status，{points} 分（demerit）")) == [
        "status"
    ]
