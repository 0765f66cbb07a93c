"""Input that cannot be written down in a TOML file: not UTF-8, null, half a pair of characters, or very long."""

from typing import Any

from tests.support import office
from tests.support.office import lines


def _notice(**changes: object) -> bytes:
    return lines([office.issue_notice("N1", "E001") | changes])[0]


def _policy(document: dict[str, Any]) -> bytes:
    return lines([{"do": "adopt_policy", "policy": document, "on": office.START}])[0]


def _nested(depth: int) -> bytes:
    return b'{"do": "adopt_policy", "policy": ' + b"[" * depth + b"]" * depth + b"}\n"


EVIDENCE = {"name": "a.jpg", "sha256": "0" * 64}

MADE: dict[str, bytes] = {
    "a byte that is no UTF-8": b'{"do":"register_site","site":"x","name":"\xff"}\n',
    "a pair of characters as two": b'{"do":"register_site","site":"x","name":"\xed\xa0\xbd\xed\xb8\x80"}\n',
    "UTF-16": _notice().decode().encode("utf-16"),
    "a million blanks": b" " * 1_000_001,
    "40 brackets": _nested(40),
    "200000 brackets": _nested(200_000),
    "5000 digits": b'{"do": "issue_notice", "points": ' + b"9" * 5_000 + b"}\n",
    "two files with marks of byte order": b"\xef\xbb\xbf" + _notice() + b"\xef\xbb\xbf{}\n",
    "do null": _notice(do=None),
    "place null": _notice(place=None),
    "points null": _notice(points=None),
    "key null": _notice(key=None),
    "half a pair in a text": b'{"do":"register_site","site":"x","name":"\\ud83d"}\n',
    "half a pair in a policy": b'{"do":"adopt_policy","on":"2026-08-01","policy":{"title":{"en":"\\udc00"}}}\n',
    "half a pair in a name": b'{"do":"adopt_policy","on":"2026-08-01","policy":{"\\ud83d":1}}\n',
    "a text of 20001": _notice(narrative="長" * 20_001),
    "a key of 201": _notice(key="k" * 201),
    "an id of 65": _notice(notice="N" * 65),
    "201 pieces of evidence": _notice(evidence=[EVIDENCE] * 201),
    "a short policy": _policy({"version": "new"}),
}
