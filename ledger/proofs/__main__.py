"""`python -m ledger.proofs RECEIPT --vkey KEY`: checks a receipt on any machine, and says in plain words what it proves.

Needs Python and the package `cryptography`, no ledger, no network; this directory alone is enough. Exit status: 0 proven,
1 not proven, 2 not asked rightly (a file that cannot be read, a key that is none). What comes from the file is shown with
everything escaped that could move the cursor, change direction or hide.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn

from .errors import ProofError
from .keys import Verifier
from .receipt import SIZE_LIMIT, Reading, verify_receipt

PROVEN: Final = 0
NOT_PROVEN: Final = 1
NOT_ASKED_RIGHTLY: Final = 2

_HIDDEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SPACES: Final = " \u3000"
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Fillers, variation selectors and tags: letters and marks that leave nothing to be seen."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks and tells; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        raw = _read(options.receipt)
        verifiers = [Verifier.parse(key) for key in _vkeys(options)]
    except (OSError, UnicodeDecodeError, ProofError) as error:
        print(f"not checked: {shown(str(error))}", file=sys.stderr)
        return NOT_ASKED_RIGHTLY
    try:
        reading = verify_receipt(raw, verifiers)
    except ProofError as error:
        print(f"NOT PROVEN: {shown(str(error))}", file=sys.stderr)
        return NOT_PROVEN
    for line in describe(reading):
        print(line)
    if reading.proven:
        return PROVEN
    print(
        "NOT PROVEN: the parts of this file agree with each other, but who signed it was not checked\n"
        "hint: give the ledger's key with --vkey, as it stands on a posted list or a notice you hold",
        file=sys.stderr,
    )
    return NOT_PROVEN


def describe(reading: Reading) -> Iterator[str]:
    """What a receipt says, line by line, safe to print."""
    envelope, checkpoint = reading.envelope, reading.checkpoint
    if reading.proven:
        yield "PROVEN: these exact bytes stand in the ledger, at this position, under the checkpoint signed below."
    rows = [
        ("ledger", envelope.ledger),
        ("position", f"{envelope.position} of {checkpoint.size}"),
        ("stream", f"{envelope.stream}, version {envelope.version}"),
        ("kind", f"{envelope.kind}, schema {envelope.schema}"),
        (
            "about",
            f"{envelope.subject}, event {envelope.count} about this subject"
            if envelope.subject
            else "nobody",
        ),
        ("log", checkpoint.origin),
        ("root", checkpoint.root.hex()),
        *(("extension", line) for line in checkpoint.extensions),
        *(("signed by", str(each.verifier)) for each in reading.signed),
        *(("seen by", f"{each.verifier.name}, {_time(each.timestamp or 0)}") for each in reading.cosigned),
    ]
    yield from (f"  {name:<10} {shown(text)}" for name, text in rows)
    yield ""
    yield "What was recorded:"
    yield from (f"  {line}" for line in _content_lines(reading))
    for place in reading.content.closed:
        yield f"  (sealed, and this receipt has no key for it: {shown(place)})"


def shown(text: str) -> str:
    """A text on one line, with a backslash doubled and every control, format and odd space character spelled out."""
    return _escaped(text.replace("\\", "\\\\"))


def _escaped(text: str) -> str:
    return "".join(_spelled(c) if _is_hidden(c) else c for c in text)


def _is_hidden(character: str) -> bool:
    category = unicodedata.category(character)
    if category in _HIDDEN or _BLANK.match(character):
        return True
    return category == "Zs" and character not in _SPACES


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _content_lines(reading: Reading) -> list[str]:
    if reading.content.value is None:
        return ["(not JSON; the bytes as they are)", shown(reading.state.decode(errors="backslashreplace"))]
    pretty = json.dumps(reading.content.value, ensure_ascii=False, indent=2)
    return [_escaped(line) for line in pretty.split("\n")]


def _time(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
    except OverflowError:
        return f"{seconds} seconds after 1970"


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SIZE_LIMIT + 1)


def _vkeys(options: argparse.Namespace) -> list[str]:
    """The keys given, each once; a key file has one a line, and lines that are empty or begin with #."""
    keys: list[str] = list(options.vkey)
    for path in options.vkey_file:
        lines = (line.strip() for line in path.read_text(encoding="utf-8").split("\n"))
        keys += [line for line in lines if line and not line.startswith("#")]
    return list(dict.fromkeys(keys))


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are safe to print too: they repeat what was typed."""

    def error(self, message: str) -> NoReturn:
        super().error(_escaped(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m ledger.proofs",
        description="Check a receipt offline: that an event stands in a ledger, and what it says.",
        epilog="exit status: 0 proven, 1 not proven, 2 the file or a key could not be read",
    )
    parser.add_argument("receipt", type=Path, metavar="RECEIPT", help="the receipt file")
    parser.add_argument(
        "--vkey", action="append", default=[], metavar="KEY", help="a key you trust: name+id+key"
    )
    parser.add_argument(
        "--vkey-file",
        action="append",
        default=[],
        type=Path,
        metavar="F",
        help="a file of such keys, one a line",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
