"""Receipts: a valid proof beside anything else than what was recorded must fail."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.proofs.checkpoint import Checkpoint, sign_checkpoint
from ledger.proofs.content import Content, read_content, read_json
from ledger.proofs.entry import Envelope
from ledger.proofs.errors import (
    BadInclusion,
    BadSignature,
    Malformed,
    MalformedKey,
    MalformedReceipt,
    ProofError,
    SealError,
    UnknownLog,
)
from ledger.proofs.merkle import root
from ledger.proofs.note import add_signatures, sign_text
from ledger.proofs.receipt import SIZE_LIMIT, Receipt, verify_receipt
from ledger.proofs.seal import event_key, seal_text
from ledger.proofs.tlog_proof import TlogProof
from tests.proofs.scene import (
    LOG_KEY,
    LOG_VKEY,
    ORIGIN,
    OTHER_LOG_KEY,
    SUBJECT_KEY,
    WITNESS_KEY,
    Scene,
    flipped,
    law,
)

SCENE = Scene()
GOLDEN = Path(__file__).parent / "golden"


def spoilt(change: Callable[[dict[str, Any]], None], index: int = 5) -> bytes:
    """A good receipt with its JSON changed."""
    members = json.loads(SCENE.receipt(index).encode())
    change(members)
    return json.dumps(members).encode()


@pytest.mark.parametrize("index", range(SCENE.size))
def test_a_receipt_says_what_was_recorded(index: int) -> None:
    reading = verify_receipt(SCENE.receipt(index).encode(), [LOG_VKEY])
    assert reading.proven
    assert reading.envelope == SCENE.envelopes[index]
    assert reading.state == SCENE.states[index]
    assert reading.content == Content({"v": 1, "fact": {"points": index, "text": f"第{index}次過失：遲到"}})
    assert reading.checkpoint == SCENE.checkpoint()
    assert [str(signed.verifier) for signed in reading.signed] == [LOG_VKEY]


def test_a_receipt_is_written_as_it_is_read() -> None:
    receipt = SCENE.receipt(3)
    assert Receipt.parse(receipt.encode()) == receipt
    assert TlogProof.parse(json.loads(receipt.encode())["proof"].encode()) == receipt.proof


def test_an_old_receipt_is_still_proven() -> None:
    """A file written when this was: nobody who kept one may be turned away."""
    raw = (GOLDEN / "receipt-v1.json").read_bytes()
    reading = verify_receipt(raw, [(GOLDEN / "receipt-v1.vkeys").read_text().split("\n")[0]])
    assert reading.proven
    assert reading.content.value["fact"] == {"points": 5, "text": "第5次過失：遲到"}
    assert Receipt.parse(raw).encode() == raw


def test_without_a_key_nothing_is_proven_but_the_parts_must_agree() -> None:
    reading = verify_receipt(SCENE.receipt(5).encode())
    assert not reading.proven
    assert reading.signed == reading.cosigned == ()
    assert reading.checkpoint == SCENE.checkpoint()
    other = replace(SCENE.receipt(5), state=b"other bytes", keys=())
    with pytest.raises(BadInclusion):
        verify_receipt(other.encode())


def test_keys_come_as_text_or_read() -> None:
    assert verify_receipt(SCENE.receipt(5).encode(), [LOG_KEY.verifier]).proven
    assert verify_receipt(SCENE.receipt(5).encode(), iter([LOG_VKEY])).proven
    with pytest.raises(MalformedKey):
        verify_receipt(SCENE.receipt(5).encode(), ["no key"])


def test_the_witnesses_that_are_known_are_told() -> None:
    receipt = SCENE.receipt(5)
    cosigned = add_signatures(
        receipt.proof.checkpoint, [sign_text(SCENE.checkpoint().text(), WITNESS_KEY, 1_700_000_000)]
    )
    raw = replace(receipt, proof=replace(receipt.proof, checkpoint=cosigned)).encode()
    reading = verify_receipt(raw, [LOG_VKEY, str(WITNESS_KEY.verifier)])
    assert [(s.verifier.name, s.timestamp) for s in reading.cosigned] == [(WITNESS_KEY.name, 1_700_000_000)]
    assert verify_receipt(raw, [LOG_VKEY]).cosigned == ()
    with pytest.raises(UnknownLog):
        verify_receipt(raw, [str(WITNESS_KEY.verifier)])


# --- a valid proof beside something else -------------------------------------------------------------


@law
@given(st.integers(0, 20_000))
def test_beside_other_bytes_it_fails(bit: int) -> None:
    receipt = SCENE.receipt(5)
    other = replace(receipt, state=flipped(receipt.state, bit))
    with pytest.raises(BadInclusion):
        verify_receipt(other.encode(), [LOG_VKEY])


def test_beside_bytes_that_mean_the_same_it_fails() -> None:
    """Checking never re-serialises: one more space is other bytes."""
    receipt = SCENE.receipt(5)
    with pytest.raises(BadInclusion):
        verify_receipt(replace(receipt, state=receipt.state + b" ").encode(), [LOG_VKEY])


def test_beside_another_event_s_bytes_or_envelope_or_proof_it_fails() -> None:
    one, other = SCENE.receipt(5), SCENE.receipt(7)
    for mixed in (
        replace(one, state=other.state, keys=other.keys),
        replace(one, envelope=other.envelope),
        replace(one, envelope=other.envelope, state=other.state, keys=other.keys),
        replace(one, proof=other.proof),
    ):
        with pytest.raises(BadInclusion):
            verify_receipt(mixed.encode(), [LOG_VKEY])


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("ledger", "kaoji-2"),
        ("stream", "employee-9"),
        ("version", 9),
        ("kind", "notice_withdrawn"),
        ("schema", 2),
        ("subject", "person-9"),
        ("count", 9),
        ("position", 7),
    ],
)
def test_beside_another_envelope_it_fails(member: str, value: object) -> None:
    with pytest.raises(BadInclusion):
        verify_receipt(spoilt(lambda m: m["envelope"].update({member: value})), [LOG_VKEY])


def test_an_event_moved_to_another_place_in_the_tree_fails() -> None:
    """The tree is signed and the path leads to its root, yet the event says it stands elsewhere."""
    scene = Scene()
    scene.envelopes[3], scene.envelopes[4] = scene.envelopes[4], scene.envelopes[3]
    scene.states[3], scene.states[4] = scene.states[4], scene.states[3]
    raw = scene.receipt(3).encode()
    for keys in ([LOG_VKEY], []):
        with pytest.raises(BadInclusion, match="position"):
            verify_receipt(raw, keys)


def test_under_another_s_signature_it_fails() -> None:
    receipt = SCENE.receipt(5)
    text = SCENE.checkpoint().text()
    checkpoint = f"{text}\n{sign_text(text, OTHER_LOG_KEY).line()}".encode()
    raw = replace(receipt, proof=replace(receipt.proof, checkpoint=checkpoint)).encode()
    for keys in ([LOG_VKEY], [LOG_VKEY, str(OTHER_LOG_KEY.verifier)], [str(OTHER_LOG_KEY.verifier)]):
        with pytest.raises(BadSignature):
            verify_receipt(raw, keys)


def test_under_another_checkpoint_of_the_log_it_fails() -> None:
    receipt = SCENE.receipt(5)
    for checkpoint in (
        Checkpoint(ORIGIN, SCENE.size, root(SCENE.leaves[:-1])),
        Checkpoint(ORIGIN, 5, root(SCENE.leaves[:5])),
    ):
        note = sign_checkpoint(checkpoint, LOG_KEY, None, ())
        raw = replace(receipt, proof=replace(receipt.proof, checkpoint=note)).encode()
        for keys in ([LOG_VKEY], []):
            with pytest.raises(BadInclusion):
                verify_receipt(raw, keys)


@settings(law, max_examples=300)
@given(st.integers(0, 100_000))
def test_no_bit_of_the_file_changes_what_it_says(bit: int) -> None:
    """A change is refused, or was one of white space between the members."""
    good = SCENE.receipt(5).encode()
    try:
        reading = verify_receipt(flipped(good, bit), [LOG_VKEY])
    except ProofError:
        return
    assert reading == verify_receipt(good, [LOG_VKEY])


# --- seals -------------------------------------------------------------------------------------------


def test_a_key_that_opens_nothing_fails() -> None:
    receipt = SCENE.receipt(5)
    other = event_key(SUBJECT_KEY, "kaoji-1", "employee-1", 9, "notice_issued")
    for keys in ((other,), (*receipt.keys, other), (bytes(31),)):
        with pytest.raises(SealError, match=r"opens nothing|32 bytes"):
            verify_receipt(replace(receipt, keys=keys).encode(), [LOG_VKEY])


def test_without_its_key_a_text_stays_closed_and_is_named() -> None:
    """As after an erasure: the bytes are still proven, the words are gone."""
    receipt = replace(SCENE.receipt(5), keys=())
    reading = verify_receipt(receipt.encode(), [LOG_VKEY])
    assert reading.proven
    assert reading.content.closed == ("/fact/text",)
    assert reading.content.value["fact"]["text"].startswith("sealed:v1:")


def test_each_person_s_words_open_with_their_own_key() -> None:
    mine, theirs = (event_key(bytes([n]) * 32, "kaoji-1", "s", 1, "k") for n in (1, 2))
    state = {
        "a~b/c": [
            {"text": seal_text(mine, "mine", "/a~0b~1c/0/text")},
            seal_text(theirs, "theirs", "/a~0b~1c/1"),
        ],
        "clear": "sealed",
    }
    raw = json.dumps(state).encode()
    both = read_content(raw, [mine, theirs])
    assert both == Content({"a~b/c": [{"text": "mine"}, "theirs"], "clear": "sealed"})
    assert read_content(raw, [mine]).closed == ("/a~0b~1c/1",)
    assert read_content(raw, []).closed == ("/a~0b~1c/0/text", "/a~0b~1c/1")


def test_words_moved_to_another_place_stay_closed() -> None:
    key = event_key(SUBJECT_KEY, "kaoji-1", "s", 1, "k")
    state = json.dumps({"text": seal_text(key, "a", "/text"), "other": seal_text(key, "b", "/text")}).encode()
    assert read_content(state, [key]).closed == ("/other",)


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xff\x00",
        b"{",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'["\\ud800"]',
        b"[" * 65 + b"]" * 65,
        b"[" * 100_000,
        b"1" * 5000,
        b'{"a":' * 100_000,
    ],
)
def test_bytes_that_not_everybody_reads_alike_have_no_content(state: bytes) -> None:
    assert read_content(state, []) == Content(None)


def test_depth_is_counted_through_objects_and_arrays() -> None:
    assert read_json("[" * 64 + "1" + "]" * 64)
    assert read_json('{"a":' * 64 + "1" + "}" * 64)
    for deep in ("[" * 65 + "]" * 65, '{"a":' * 65 + "1" + "}" * 65):
        with pytest.raises(ValueError, match="deep"):
            read_json(deep)


# --- form --------------------------------------------------------------------------------------------


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(members: dict[str, Any]) -> None:
        target: Any = members
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = to

    return change


MALFORMED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another form": _set("receipt", to="kaoji.receipt/v2"),
    "one member less": lambda m: m.pop("keys"),
    "one member more": _set("note", to="believe me"),
    "no envelope": _set("envelope", to=None),
    "an envelope with less": lambda m: m["envelope"].pop("count"),
    "an envelope with more": _set("envelope", "sha256", to="00"),
    "an envelope with nothing": _set("envelope", to={}),
    "a position that is text": _set("envelope", "position", to="6"),
    "a position that is true": _set("envelope", "position", to=True),
    "a position that is a fraction": _set("envelope", "position", to=6.0),
    "a position that is huge": _set("envelope", "position", to=2**53),
    "a subject that is a number": _set("envelope", "subject", to=1),
    "half a character": _set("envelope", "kind", to="\ud800"),
    "a state that is no text": _set("state", to=1),
    "a state that is not base 64": _set("state", to="!"),
    "a state spelled otherwise": lambda m: m.update(state=m["state"] + "\n"),
    "keys that are no list": _set("keys", to="AAAA"),
    "a key that is no text": _set("keys", 0, to=1),
    "a key that is not base 64": _set("keys", 0, to="!"),
    "a proof that is no text": _set("proof", to=1),
    "a proof that is none": _set("proof", to="proof"),
    "a proof that is not UTF-8": _set("proof", to="\udc80"),
    "a proof with an extra line": lambda m: m.update(
        proof=m["proof"].replace("\nindex", "\nextra AAAA\nindex")
    ),
    "a proof without a checkpoint": lambda m: m.update(proof=m["proof"].split("\n\n")[0] + "\n\n"),
}


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_receipt_is_refused(change: Callable[[dict[str, Any]], Any]) -> None:
    for keys in ([LOG_VKEY], []):
        with pytest.raises(Malformed):
            verify_receipt(spoilt(change), keys)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"kaoji.receipt/v1"',
        b"{}",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"[" * 200_000,
        b'{"receipt":' * 200_000,
        b"1" * 10_000,
        b"x" * (SIZE_LIMIT + 1),
    ],
)
def test_bytes_that_are_no_receipt(raw: bytes) -> None:
    with pytest.raises(MalformedReceipt):
        verify_receipt(raw, [LOG_VKEY])


def test_too_large_is_refused_before_it_is_read() -> None:
    assert SIZE_LIMIT == 16_777_216
    raw = SCENE.receipt(5).encode()
    verify_receipt(raw + b" " * (SIZE_LIMIT - len(raw)), [LOG_VKEY])
    with pytest.raises(MalformedReceipt, match="large"):
        verify_receipt(raw + b" " * (SIZE_LIMIT - len(raw) + 1), [LOG_VKEY])


def test_a_name_that_stands_twice_is_refused() -> None:
    raw = SCENE.receipt(5).encode()
    twice = raw.replace(b"{", b'{"state":"AAAA",', 1)
    assert json.loads(twice) == json.loads(raw)
    with pytest.raises(MalformedReceipt, match="twice"):
        verify_receipt(twice, [LOG_VKEY])


def test_hostile_json_is_refused_or_read_but_nothing_else() -> None:
    from tests.proofs.vectors import folder

    files = sorted(folder("jsontestsuite").rglob("*.json"))
    for file in files:
        with pytest.raises(MalformedReceipt):
            verify_receipt(file.read_bytes(), [LOG_VKEY])
        read_content(file.read_bytes(), [])
    assert len(files) > 300


def test_a_receipt_of_an_event_about_nobody() -> None:
    scene = Scene(4)
    scene.add(Envelope("kaoji-1", 5, "policy", 1, "policy_adopted", 1, None, 0), b'{"v":1}')
    receipt = replace(scene.receipt(4), keys=())
    reading = verify_receipt(receipt.encode(), [LOG_VKEY])
    assert reading.envelope.subject is None and reading.content.value == {"v": 1}
    assert base64.b64decode(json.loads(receipt.encode())["state"]) == b'{"v":1}'
