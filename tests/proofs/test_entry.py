"""The leaf entry: its bytes are RFC 8785's, and nothing else has them."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.proofs.entry import INTEGER_LIMIT, Envelope, leaf_writer
from ledger.proofs.errors import MalformedEntry
from ledger.proofs.merkle import leaf_hash
from tests.proofs.scene import law
from tests.proofs.vectors import folder

PLAIN = Envelope("kaoji-1", 17, "employee-0042", 3, "notice_issued", 1, "8f14e45f", 4)

LARGEST = INTEGER_LIMIT - 1

HOSTILE = [
    "\x00\x01\x08\t\n\x0b\x0c\r\x1b\x1f",
    '"\\/\x7f\x80\x9f\u2028\u2029\ufeff\u202e',
    '\u20ac$\u000f\u000aA\'B"\\\\"/',
    "éé\u0301ö",
    "𠮷😀\U0010ffff\uffff\ue000",
    "姓名：張三",
    "</script>",
]
"""Controls, escapes, direction marks, what is not in the first plane, and RFC 8785's own example text."""


def canonical(envelope: Envelope, state: bytes) -> bytes:
    """The entry by a general canonicaliser."""
    return rfc8785.dumps(
        {
            "ledger": envelope.ledger,
            "position": envelope.position,
            "stream": envelope.stream,
            "version": envelope.version,
            "kind": envelope.kind,
            "schema": envelope.schema,
            "subject": envelope.subject,
            "count": envelope.count,
            "sha256": sha256(state).hexdigest(),
        }
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
numbers = st.integers(1, INTEGER_LIMIT - 1)
about_somebody = st.builds(Envelope, texts, numbers, texts, numbers, texts, numbers, texts, numbers)
about_nobody = st.builds(Envelope, texts, numbers, texts, numbers, texts, numbers, st.none(), st.just(0))
envelopes = st.one_of(about_somebody, about_nobody)


def test_the_bytes_of_an_entry_are_the_known_ones() -> None:
    """For ever: whoever changes these bytes breaks every ledger there is."""
    assert PLAIN.entry(b'{"v":1}') == (
        b'{"count":4,"kind":"notice_issued","ledger":"kaoji-1","position":17,"schema":1,'
        b'"sha256":"afbf9d0f3560b0fd7795e81c42a0a79ee6b6fc67e064f77826aee642cad28d91",'
        b'"stream":"employee-0042","subject":"8f14e45f","version":3}'
    )
    nobody = replace(PLAIN, subject=None, count=0).entry(b"")
    assert nobody.startswith(b'{"count":0,') and b'"subject":null,' in nobody


def test_a_leaf_is_the_hash_of_the_entry() -> None:
    assert PLAIN.leaf(b"x") == leaf_hash(PLAIN.entry(b"x"))
    assert PLAIN.index == 16


@law
@given(envelopes, st.binary(max_size=50))
@example(Envelope(*[HOSTILE[0], 1, HOSTILE[1], 2, HOSTILE[2], 3, HOSTILE[3], 4]), b"")  # type: ignore[arg-type]
@example(Envelope(*[HOSTILE[4], 1, HOSTILE[5], 2, HOSTILE[6], 3, HOSTILE[0], 4]), b"")  # type: ignore[arg-type]
@example(Envelope("a", LARGEST, "b", LARGEST, "c", LARGEST, "d", LARGEST), b"")
def test_the_formatter_writes_what_rfc_8785_writes(envelope: Envelope, state: bytes) -> None:
    assert envelope.entry(state) == canonical(envelope, state)


@pytest.mark.parametrize("code", [*range(0x100), 0x2028, 0x2029, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF])
def test_every_character_that_could_be_escaped(code: int) -> None:
    envelope = replace(PLAIN, stream=f"a{chr(code)}b")
    assert envelope.entry(b"") == canonical(envelope, b"")


def test_the_strings_of_cyberphone_s_files() -> None:
    """Every string in the published canonical outputs is written as it stands there."""

    def strings(value: object) -> list[str]:
        if isinstance(value, dict):
            return [s for name, each in value.items() for s in [name, *strings(each)]]
        if isinstance(value, list):
            return [s for each in value for s in strings(each)]
        return [value] if isinstance(value, str) else []

    tried = 0
    for file in sorted((folder("jcs-cyberphone") / "testdata" / "output").glob("*.json")):
        published = file.read_bytes()
        for text in filter(None, strings(json.loads(published))):
            entry = replace(PLAIN, kind=text).entry(b"")
            written = entry.removeprefix(b'{"count":4,"kind":').partition(b',"ledger":"kaoji-1"')[0]
            assert written in published
            tried += 1
    assert tried >= 20


def test_the_canonicaliser_we_compare_with_writes_cyberphone_s_files() -> None:
    """Objects sorted by UTF-16, numbers, escapes: the judge is judged."""
    files = sorted((folder("jcs-cyberphone") / "testdata" / "input").glob("*.json"))
    for file in files:
        expected = (file.parents[1] / "output" / file.name).read_bytes()
        assert rfc8785.dumps(json.loads(file.read_bytes())) == expected, file.name
    assert len(files) == 6


@law
@given(envelopes, st.binary(max_size=50))
@example(Envelope(*[HOSTILE[0], 1, HOSTILE[1], 2, HOSTILE[2], 3, HOSTILE[3], 2]), b"")  # type: ignore[arg-type]
@example(Envelope(*[HOSTILE[4], 1, HOSTILE[5], 2, HOSTILE[6], 3, HOSTILE[0], 2]), b"")  # type: ignore[arg-type]
@example(replace(PLAIN, subject=None, count=0), b"")
def test_the_writer_of_many_leaves_writes_those_of_their_envelopes(envelope: Envelope, state: bytes) -> None:
    """A subject's events are counted by the version of its one stream."""
    counted = replace(envelope, count=0 if envelope.subject is None else envelope.version)
    leaf_of = leaf_writer(counted.ledger)
    place = (counted.position, counted.stream, counted.version, counted.kind, counted.schema)
    assert leaf_of(*place, counted.subject, state) == counted.leaf(state)
    assert leaf_of(*place, counted.subject, state + b"x") == counted.leaf(state + b"x")


@law
@given(envelopes, envelopes, st.binary(max_size=4), st.binary(max_size=4))
def test_different_events_have_different_entries(
    one: Envelope, other: Envelope, state: bytes, other_state: bytes
) -> None:
    if (one, state) != (other, other_state):
        assert one.entry(state) != other.entry(other_state)


@pytest.mark.parametrize(
    "change",
    [
        {"ledger": ""},
        {"stream": ""},
        {"kind": ""},
        {"subject": ""},
        {"ledger": None},
        {"ledger": 1},
        {"stream": b"x"},
        {"subject": 7},
        {"position": 0},
        {"position": -1},
        {"position": INTEGER_LIMIT},
        {"position": True},
        {"position": 1.0},
        {"position": "1"},
        {"position": None},
        {"version": 0},
        {"schema": 0},
        {"schema": False},
        {"count": 0},
        {"count": -1},
        {"count": INTEGER_LIMIT},
        {"subject": None},
        {"subject": None, "count": -1},
        {"subject": None, "count": False},
        {"subject": None, "count": None},
        {"count": "4"},
    ],
)
def test_what_is_malformed_has_no_entry(change: dict[str, object]) -> None:
    with pytest.raises(MalformedEntry):
        replace(PLAIN, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["ledger", "stream", "kind", "subject"])
def test_half_a_character_has_no_entry(name: str) -> None:
    with pytest.raises(MalformedEntry, match="UTF-8"):
        replace(PLAIN, **{name: "a\ud800"}).entry(b"")  # type: ignore[arg-type]
