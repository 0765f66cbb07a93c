"""Seals: what opens them, what does not, and why there is a commitment."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs import seal
from ledger.proofs.errors import SealError
from ledger.proofs.primitives import gcm_decrypt, gcm_encrypt
from ledger.proofs.seal import event_key, new_subject_key, seal_text, unseal, unseal_text
from tests.proofs.scene import flipped, law

SUBJECT_KEY = sha256(b"somebody").digest()
KEY = event_key(SUBJECT_KEY, "kaoji-1", "employee-0042", 3, "notice_issued")

SEALED_ONCE = (
    "sealed:v1:AUJ6ATBn4FTbz/v/NnkWh8PUdJxbPPb4YFeeH6ZAFlyYkfPuyOgc1loonS3C"
    "DAF8wAxmGO9qM+22XfFxoq/nfUWFtKo8qh2G/i83e5k="
)
"""Sealed when this was written; it must open for ever."""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def test_an_old_seal_opens() -> None:
    assert KEY.hex() == "e939b94c9a80cd18b7de129a4b1d9522e3197029b3ad99ba109dc391713d92d5"
    assert unseal_text(KEY, SEALED_ONCE, "/fact/text") == "遲到三次"


@law
@given(texts, texts)
def test_what_is_sealed_opens(text: str, place: str) -> None:
    assert unseal_text(KEY, seal_text(KEY, text, place), place) == text


@law
@given(st.binary(max_size=100))
def test_bytes_are_sealed_too_and_never_twice_alike(content: bytes) -> None:
    first, second = seal.seal(KEY, content, "/a"), seal.seal(KEY, content, "/a")
    assert first != second
    assert unseal(KEY, first, "/a") == unseal(KEY, second, "/a") == content
    assert len(first) == len(content) + 65
    assert len(content) < 4 or content not in first


@law
@given(st.integers(0, 10_000))
def test_no_bit_of_a_seal_may_change(bit: int) -> None:
    with pytest.raises(SealError):
        unseal(KEY, flipped(seal.seal(KEY, b"some words", "/a"), bit), "/a")


@law
@given(st.integers(0, 75))
def test_a_seal_cut_short_does_not_open(length: int) -> None:
    sealed = seal.seal(KEY, b"some words", "/a")
    for cut in (sealed[:length], sealed[75 - length :]):
        if cut != sealed:
            with pytest.raises(SealError):
                unseal(KEY, cut, "/a")
    with pytest.raises(SealError):
        unseal(KEY, sealed + b"\0", "/a")


def test_a_seal_moved_elsewhere_does_not_open() -> None:
    sealed = seal_text(KEY, "words", "/fact/text")
    for place in ("/fact/statement", "/fact/tex", "", "/fact/text/0"):
        with pytest.raises(SealError, match="another place"):
            unseal_text(KEY, sealed, place)


def test_an_event_key_opens_one_event_only() -> None:
    sealed = seal_text(KEY, "words", "/a")
    others = [
        event_key(SUBJECT_KEY, "kaoji-2", "employee-0042", 3, "notice_issued"),
        event_key(SUBJECT_KEY, "kaoji-1", "employee-0043", 3, "notice_issued"),
        event_key(SUBJECT_KEY, "kaoji-1", "employee-0042", 4, "notice_issued"),
        event_key(SUBJECT_KEY, "kaoji-1", "employee-0042", 3, "appeal_filed"),
        event_key(new_subject_key(), "kaoji-1", "employee-0042", 3, "notice_issued"),
        SUBJECT_KEY,
    ]
    assert len({KEY, *others}) == len(others) + 1
    for other in others:
        with pytest.raises(SealError, match="another key"):
            unseal_text(other, sealed, "/a")


def test_names_run_together_are_other_names() -> None:
    keys = {
        event_key(SUBJECT_KEY, *names, 1, "k")
        for names in (("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"))
    }
    assert len(keys) == 4


def test_a_new_subject_key_is_new() -> None:
    assert len({new_subject_key() for _ in range(50)}) == 50
    assert len(new_subject_key()) == 32


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_32_bytes(size: int) -> None:
    sealed = seal.seal(KEY, b"", "/a")
    key = bytes(size)
    with pytest.raises(SealError, match="32 bytes"):
        event_key(key, "l", "s", 1, "k")
    with pytest.raises(SealError, match="32 bytes"):
        seal.seal(key, b"", "/a")
    with pytest.raises(SealError, match="32 bytes"):
        unseal(key, sealed, "/a")


@pytest.mark.parametrize(
    "sealed", ["", "plain", "sealed:v2:AAAA", "sealed:v1:", "sealed:v1:AA", "sealed:v1:!"]
)
def test_what_is_no_sealed_text(sealed: str) -> None:
    with pytest.raises(SealError):
        unseal_text(KEY, sealed, "/a")


def test_a_sealed_text_has_one_spelling_and_one_beginning() -> None:
    sealed = seal_text(KEY, "ab", "/a")
    assert sealed.endswith("=")
    for other in (sealed.rstrip("="), sealed + "\n", sealed.replace("sealed:v1:", "")):
        with pytest.raises(SealError):
            unseal_text(KEY, other, "/a")


def test_sealed_bytes_that_are_no_text() -> None:
    from ledger.proofs.wire import write_base64

    with pytest.raises(SealError, match="no sealed text"):
        unseal_text(KEY, seal.PREFIX + write_base64(seal.seal(KEY, b"\xff", "/a")), "/a")


# --- why a commitment --------------------------------------------------------------------------------


def test_a_commitment_that_is_not_the_key_s_is_refused_though_the_rest_opens() -> None:
    sealed = seal.seal(KEY, b"some words", "/a")
    for bit in range(17 * 8, 49 * 8):
        with pytest.raises(SealError, match="another key"):
            unseal(KEY, flipped(sealed, bit), "/a")


def test_another_version_is_refused_though_the_rest_opens() -> None:
    sealed = seal.seal(KEY, b"some words", "/a")
    with pytest.raises(SealError, match="no sealed bytes"):
        unseal(KEY, b"\x02" + sealed[1:], "/a")


def multiplied(a: int, b: int) -> int:
    """In GCM's field (SP 800-38D §6.3), bits in its reflected order."""
    product = 0
    for i in range(127, -1, -1):
        if b >> i & 1:
            product ^= a
        a = a >> 1 ^ (0xE1 << 120 if a & 1 else 0)
    return product


def inverted(a: int) -> int:
    """a^(2^128 - 2)."""
    result, power = 1 << 127, a
    for _ in range(127):
        power = multiplied(power, power)
        result = multiplied(result, power)
    return result


def two_faced(keys: list[bytes], nonces: list[bytes]) -> bytes:
    """One AES-GCM ciphertext of one block that opens with two keys: the block is chosen so that both tags agree.

    For one block C, tag = (C·H ⊕ len)·H ⊕ E(nonce), linear in C: two keys give one equation, and it has a solution.
    """
    hashes, masks = [], []
    length = 128
    for key, nonce in zip(keys, nonces, strict=True):
        empty_tag = int.from_bytes(gcm_encrypt(key, nonce, b"", b""), "big")  # GHASH of nothing is 0
        hash_key = int.from_bytes(block_cipher(key, bytes(16)), "big")
        hashes.append(hash_key)
        masks.append(empty_tag ^ multiplied(length, hash_key))
    squares = [multiplied(h, h) for h in hashes]
    block = multiplied(masks[0] ^ masks[1], inverted(squares[0] ^ squares[1]))
    tag = multiplied(block, squares[0]) ^ masks[0]
    return block.to_bytes(16, "big") + tag.to_bytes(16, "big")


def block_cipher(key: bytes, block: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def test_plain_aes_gcm_opens_one_ciphertext_with_two_keys_and_a_seal_does_not() -> None:
    """The attack the commitment is there for, carried out."""
    keys, salt = [KEY, event_key(SUBJECT_KEY, "kaoji-1", "employee-0042", 4, "notice_issued")], bytes(16)
    derived = [seal._derive(key, salt, "/a") for key in keys]
    forged = two_faced([d[0] for d in derived], [d[2] for d in derived])
    faces = [gcm_decrypt(cipher_key, nonce, forged, b"") for cipher_key, _, nonce in derived]
    assert len(set(faces)) == 2
    for honest in (0, 1):
        sealed = b"\x01" + salt + derived[honest][1] + forged
        assert unseal(keys[honest], sealed, "/a") == faces[honest]
        with pytest.raises(SealError, match="another key"):
            unseal(keys[1 - honest], sealed, "/a")
