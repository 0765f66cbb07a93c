"""The one-file proof, against transparency-dev's values, and what it proves."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs.errors import BadInclusion, BadSignature, MalformedProof, ProofError
from ledger.proofs.tlog_proof import TlogProof
from tests.proofs.scene import LOG_KEY, Scene, flipped, law
from tests.proofs.vectors import load

HASHES = ("rzFuy5Go7nrpkhBwKy1HWPMM3eO/YePY54fXRoH5Cm4=", "5784L25ZFbP4hhm4ZiI+vx1RxMUyHMzeLp/3AKMlkIY=")
WRITTEN = f"c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 5\n{HASHES[0]}\n{HASHES[1]}\n\ntest checkpoint\n"


def test_a_known_proof_is_written_and_read() -> None:
    path = tuple(map(base64.b64decode, HASHES))
    proof = TlogProof(5, path, b"test checkpoint\n", b"extra")
    assert proof.encode() == WRITTEN.encode()
    assert TlogProof.parse(WRITTEN.encode()) == proof
    bare = "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n"
    assert TlogProof.parse(bare.encode()) == TlogProof(0, (), b"checkpoint\n")
    assert TlogProof(0, (), b"checkpoint\n").encode() == bare.encode()


def test_proofs_are_written_and_read_as_transparency_dev_does() -> None:
    vectors: dict[str, Any] = load("tlog-proof/formats_tlog_proof.json")
    for case in vectors["marshal"]:
        extra = base64.b64decode(case.get("extra_b64", ""))
        path = tuple(map(base64.b64decode, case["hashes"]))
        proof = TlogProof(case["index"], path, case["checkpoint"].encode(), extra)
        assert proof.encode() == case["want"].encode()
        assert TlogProof.parse(case["want"].encode()) == proof
    for case in vectors["reject"]:
        with pytest.raises(MalformedProof):
            TlogProof.parse(case["proof"].encode())


@law
@given(
    st.builds(
        TlogProof,
        st.integers(0, 2**63 - 1),
        st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        st.binary(max_size=60),
        st.binary(max_size=60),
    )
)
def test_a_text_names_its_proof(proof: TlogProof) -> None:
    assert TlogProof.parse(proof.encode()) == proof


@law
@given(st.binary(max_size=40), st.integers(0, len(WRITTEN)))
def test_whatever_is_read_has_one_spelling(junk: bytes, at: int) -> None:
    raw = WRITTEN.encode()[:at] + junk + WRITTEN.encode()[at:]
    try:
        proof = TlogProof.parse(raw)
    except ProofError:
        return
    assert proof.encode() == raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        WRITTEN.replace("@v1", "@v2"),
        WRITTEN.replace("c2sp.org/tlog-proof@v1\n", ""),
        WRITTEN.replace("index 5\n", ""),
        WRITTEN.replace("index 5", "index 05"),
        WRITTEN.replace("index 5", "index  5"),
        WRITTEN.replace("index 5", "index -5"),
        WRITTEN.replace("index 5", f"index {2**63}"),
        WRITTEN.replace("index 5", "index ５"),
        WRITTEN.replace("index 5", "5"),
        WRITTEN.replace("extra ZXh0cmE=", "extra "),
        WRITTEN.replace("extra ZXh0cmE=", "extra ZXh0cmF="),
        WRITTEN.replace("extra ZXh0cmE=\nindex 5", "index 5\nextra ZXh0cmE="),
        WRITTEN.replace("extra ZXh0cmE=\n", "extra ZXh0cmE=\nextra ZXh0cmE=\n"),
        WRITTEN.replace("\n\n", "\n"),
        WRITTEN.replace("\n", "\r\n"),
        WRITTEN.replace(HASHES[0], "AAAA"),
        WRITTEN.replace(HASHES[0], HASHES[0][:-2] + "5="),
        WRITTEN.replace(HASHES[0], "\n".join(HASHES[:1] * 63)),
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\nindex 0",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\n\n",
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(MalformedProof):
        TlogProof.parse(text.encode())


def test_a_proof_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(MalformedProof, match="UTF-8"):
        TlogProof.parse(b"\xff\n\n")


@law
@given(st.integers(1, 30), st.data())
def test_a_proof_proves_its_leaf_and_no_other(size: int, data: st.DataObject) -> None:
    scene, index = Scene(size), data.draw(st.integers(0, size - 1))
    proof, leaf = TlogProof.parse(scene.proof(index).encode()), scene.leaves[index]
    assert proof.verify(leaf, [LOG_KEY.verifier]).checkpoint == scene.checkpoint()
    with pytest.raises(BadInclusion):
        proof.verify(flipped(leaf, data.draw(st.integers(0, 255))), [LOG_KEY.verifier])
    other = data.draw(st.integers(0, size + 1).filter(lambda i: i != index))
    with pytest.raises(BadInclusion):
        TlogProof(other, proof.path, proof.checkpoint).verify(leaf, [LOG_KEY.verifier])
    with pytest.raises(BadSignature):
        proof.verify(leaf, [])


def test_extra_is_not_believed() -> None:
    """It is carried, and says nothing: any will do."""
    scene = Scene(3)
    proof = scene.proof(1)
    for extra in (b"", b"a", b"b"):
        carried = TlogProof(1, proof.path, proof.checkpoint, extra)
        assert carried.verify(scene.leaves[1], [LOG_KEY.verifier]).checkpoint == scene.checkpoint()
