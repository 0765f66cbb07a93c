"""`python -m ledger.proofs RECEIPT --vkey KEY`: checks a receipt on any machine, and says in plain words what it proves.

Needs Python and the package `cryptography`, no ledger, no network; this directory alone is enough. Exit status: 0 proven,
1 not proven, 2 not asked rightly (a file that cannot be read, a key that is none). What comes from the file is shown with
everything escaped that could move the cursor, change direction or hide.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from .describe import describe, escaped, shown
from .errors import ProofError
from .keys import Verifier
from .receipt import SIZE_LIMIT, verify_receipt
from .wire import as_handed_out

PROVEN: Final = 0
NOT_PROVEN: Final = 1
NOT_ASKED_RIGHTLY: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks and tells; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        raw = as_handed_out(_read(options.receipt))
        verifiers = [Verifier.parse_line(key) for key in _vkeys(options)]
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


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SIZE_LIMIT + 1)


def _vkeys(options: argparse.Namespace) -> list[str]:
    """The keys given, each once; a key file has one a line, and lines that are empty or begin with #."""
    keys: list[str] = list(options.vkey)
    for path in options.vkey_file:
        lines = (line.strip() for line in _read(path).decode("utf-8-sig").split("\n"))
        keys += [line for line in lines if line and not line.startswith("#")]
    return list(dict.fromkeys(keys))


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are safe to print too: they repeat what was typed."""

    def error(self, message: str) -> NoReturn:
        super().error(escaped(message))


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
