"""Ids for rows that have none: the same file makes the same ones, from what stays in the clear anyway (finance §15).

No digest of words: a short sentence could be guessed from it.
"""

import base64
import hashlib
import json

_LENGTH = 13


def made_id(prefix: str, kind: str, employee: str, when: str, clause: str, ordinal: int) -> str:
    """`prefix` + 13 characters: 65 bits of SHA-256 over kind, employee, instant or day, clause, ordinal among equal ones."""
    content = json.dumps([kind, employee, when, clause, ordinal], ensure_ascii=True, separators=(",", ":"))
    return prefix + base64.b32encode(hashlib.sha256(content.encode()).digest()).decode()[:_LENGTH]
