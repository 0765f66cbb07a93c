"""A witness, against the requests and answers of torchwood's litewitness, and step by step."""

import re
from hashlib import sha256

import pytest

from ledger.proofs.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.proofs.errors import (
    BadConsistency,
    BadSignature,
    MalformedKey,
    MalformedNote,
    MalformedProof,
    ProofError,
    StaleSize,
    UnknownLog,
)
from ledger.proofs.keys import Verifier
from ledger.proofs.note import add_signatures
from ledger.proofs.paths import consistency_path
from ledger.proofs.witness import WitnessRequest, cosign
from tests.proofs.scene import LOG_KEY, ORIGIN, WITNESS_KEY, Scene, flipped
from tests.proofs.vectors import folder

SIGSUM_KEY = bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
SIGSUM = Verifier(f"sigsum.org/v1/tree/{sha256(SIGSUM_KEY).hexdigest()}", SIGSUM_KEY)
"""The log of litewitness's tests; its name is the digest of its key."""

FIRST = """old 0

sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562 \
UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=
"""
SECOND = """old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562
3
RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=

— sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562 \
UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=
"""


def answer(request: str, last: Checkpoint | None) -> tuple[int, str, Checkpoint | None]:
    """The HTTP status and text a witness would answer, and what it has seen then."""
    try:
        seen, signature = cosign(request.encode(), [SIGSUM], last, WITNESS_KEY, 1_700_000_000)
    except StaleSize as stale:
        return 409, f"{stale.known_size}\n", last
    except UnknownLog:
        return 403, "unknown log", last  # litewitness's choice; tlog-witness now says 404
    except (BadSignature, MalformedNote):  # one has base 64 with trailing bits, which Go reads and we do not
        return 403, "invalid signature", last
    except BadConsistency:
        return 422, "consistency proof", last
    return 200, signature.line().replace(WITNESS_KEY.name, "example.com/witness"), seen


def test_the_first_requests_of_litewitness() -> None:
    assert SIGSUM.key_id.hex() == "5202289b"
    status, _, seen = answer(FIRST, None)
    assert (status, seen.size if seen else 0) == (200, 1)
    status, _, seen = answer(SECOND, seen)
    assert (status, seen.size if seen else 0) == (200, 3)
    assert answer(SECOND, seen)[:2] == (409, "3\n")


def test_every_request_of_litewitness() -> None:
    text = (folder("tlog-witness") / "litewitness-add-checkpoint.hurl.txt").read_text(encoding="utf-8")
    cases = re.findall(r"```\n(.*?)```\nHTTP (\d+)\n\[Asserts\]\nbody (contains|==) \"(.*?)\"\n", text, re.S)
    last: Checkpoint | None = None
    for request, status, how, expected in cases:
        got, body, last = answer(request, last)
        wanted = expected.replace("\\n", "\n")
        assert got == int(status), request
        assert body == wanted if how == "==" else wanted in body
    assert len(cases) == text.count("POST ") == 9
    assert last is not None and last.size == 5


def asked(scene: Scene, old: int, new: int) -> bytes:
    path = consistency_path(old, new, scene.reader)
    note = sign_checkpoint(scene.checkpoint(new), LOG_KEY, None, ())
    return WitnessRequest(old, tuple(path), note).encode()


def test_a_witness_follows_a_log_and_its_signature_is_found_on_the_checkpoint() -> None:
    scene, last = Scene(20), None
    for old, new in ((0, 3), (3, 3), (3, 8), (8, 20)):
        request = asked(scene, old, new)
        last, signature = cosign(request, [LOG_KEY.verifier], last, WITNESS_KEY, 1000 + new)
        raw = add_signatures(WitnessRequest.parse(request).checkpoint, [signature])
        opened = open_checkpoint(raw, [LOG_KEY.verifier, WITNESS_KEY.verifier])
        assert opened.checkpoint == last == scene.checkpoint(new)
        assert [signed.timestamp for signed in opened.cosigned] == [1000 + new]


def test_a_request_is_written_as_it_is_read() -> None:
    for text in (FIRST, SECOND):
        assert WitnessRequest.parse(text.encode()).encode() == text.encode()


def refused(request: bytes, last: Checkpoint | None) -> ProofError:
    with pytest.raises(ProofError) as caught:
        cosign(request, [LOG_KEY.verifier], last, WITNESS_KEY, 1)
    return caught.value


def test_a_second_history_is_not_cosigned() -> None:
    scene = Scene(9)
    last = scene.checkpoint(5)
    scene.states[2] = flipped(scene.states[2], 0)
    assert type(refused(asked(scene, 5, 9), last)) is BadConsistency
    assert type(refused(asked(scene, 5, 5), last)) is BadConsistency


def test_a_rolled_back_log_is_not_cosigned() -> None:
    scene = Scene(9)
    error = refused(asked(scene, 0, 5), scene.checkpoint(9))
    assert isinstance(error, StaleSize) and error.known_size == 9


def test_a_proof_from_elsewhere_is_stale() -> None:
    """The proof would hold, but not from what this witness saw."""
    scene = Scene(9)
    for last in (None, scene.checkpoint(4)):
        error = refused(asked(scene, 3, 9), last)
        assert isinstance(error, StaleSize) and error.known_size == (last.size if last else 0)


def test_an_old_size_beyond_the_checkpoint_is_malformed() -> None:
    scene = Scene(9)
    note = sign_checkpoint(scene.checkpoint(5), LOG_KEY, None, ())
    error = refused(WitnessRequest(9, (), note).encode(), scene.checkpoint(9))
    assert type(error) is MalformedProof


def test_an_unsigned_or_unknown_checkpoint_is_not_cosigned() -> None:
    scene = Scene(3)
    request = asked(scene, 0, 3)
    at = request.rindex(b"=") - 8
    spoilt = request[:at] + (b"A" if request[at : at + 1] != b"A" else b"B") + request[at + 1 :]
    assert type(refused(spoilt, None)) is BadSignature
    assert type(refused(request.replace(ORIGIN.encode() + b"\n", b"elsewhere\n"), None)) is UnknownLog


def test_a_log_s_key_is_no_witness_s() -> None:
    with pytest.raises(MalformedKey):
        cosign(asked(Scene(3), 0, 3), [LOG_KEY.verifier], None, LOG_KEY, 1)


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        "old 0\n",
        "old 0",
        SECOND.replace("old 1", "old 01"),
        SECOND.replace("old 1", "old -1"),
        SECOND.replace("old 1", "old"),
        SECOND.replace("old 1", "new 1"),
        SECOND.replace("old 1", "1"),
        SECOND.replace("old 1\n", ""),
        SECOND.replace("KgEA", "KgE"),
        SECOND.replace("KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "KgEA"),
        SECOND.replace(
            "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
            "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64,
        ),
        SECOND.replace("\n", "\r\n"),
    ],
)
def test_what_is_no_request_is_refused(request_text: str) -> None:
    with pytest.raises(MalformedProof):
        WitnessRequest.parse(request_text.encode())


def test_a_request_of_63_hashes_is_read() -> None:
    line = "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    assert len(WitnessRequest.parse(SECOND.replace(line, line * 62).encode()).path) == 63


def test_a_request_that_is_not_utf_8() -> None:
    with pytest.raises(MalformedProof, match="UTF-8"):
        WitnessRequest.parse(b"old 0\n\xff\n\n")
