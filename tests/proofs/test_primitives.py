"""What we take from `cryptography`, against Wycheproof and CCTV, and the RFCs' own examples."""

import pytest

from ledger.proofs.errors import MalformedKey, SealError
from ledger.proofs.keys import Verifier
from ledger.proofs.primitives import (
    ed25519_public_key,
    ed25519_sign,
    ed25519_verifies,
    gcm_decrypt,
    gcm_encrypt,
    hkdf_sha256,
)
from tests.proofs.vectors import load

unhex = bytes.fromhex


def test_rfc_8032_example_2() -> None:
    seed = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    key = unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = unhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert ed25519_public_key(seed) == key
    assert ed25519_sign(seed, b"\x72") == signature
    assert ed25519_verifies(key, signature, b"\x72")
    assert not ed25519_verifies(key, signature, b"\x73")
    assert not ed25519_verifies(key, signature[:-1], b"\x72")


def test_rfc_5869_example_1() -> None:
    derived = hkdf_sha256(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)), 42)
    assert derived.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def test_gcm_specification_example_16() -> None:
    key = unhex("feffe9928665731c6d6a8f9467308308" * 2)
    content = unhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    associated = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    nonce = unhex("cafebabefacedbaddecaf888")
    sealed = unhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
    )
    assert gcm_encrypt(key, nonce, content, associated) == sealed
    assert gcm_decrypt(key, nonce, sealed, associated) == content


def test_wycheproof_ed25519() -> None:
    tried = 0
    for group in load("wycheproof/testvectors_v1/ed25519_test.json")["testGroups"]:
        key = unhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            verifies = ed25519_verifies(key, unhex(case["sig"]), unhex(case["msg"]))
            assert verifies is (case["result"] == "valid"), case
            tried += 1
    assert tried >= 150


def test_wycheproof_aes_256_gcm() -> None:
    """With the sizes that are used here: keys of 256 bits, nonces of 96."""
    tried = 0
    for group in load("wycheproof/testvectors_v1/aes_gcm_test.json")["testGroups"]:
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        for case in group["tests"]:
            key, nonce, associated = unhex(case["key"]), unhex(case["iv"]), unhex(case["aad"])
            sealed, content = unhex(case["ct"] + case["tag"]), unhex(case["msg"])
            tried += 1
            if case["result"] == "valid":
                assert gcm_encrypt(key, nonce, content, associated) == sealed, case
                assert gcm_decrypt(key, nonce, sealed, associated) == content, case
            else:
                with pytest.raises(SealError):
                    gcm_decrypt(key, nonce, sealed, associated)
    assert tried >= 60


def test_wycheproof_hkdf_sha256() -> None:
    tried = 0
    for group in load("wycheproof/testvectors_v1/hkdf_sha256_test.json")["testGroups"]:
        for case in group["tests"]:
            arguments = unhex(case["ikm"]), unhex(case["salt"]), unhex(case["info"]), case["size"]
            tried += 1
            if case["result"] == "valid":
                assert hkdf_sha256(*arguments) == unhex(case["okm"]), case
            else:
                with pytest.raises(ValueError, match="derive"):
                    hkdf_sha256(*arguments)
    assert tried >= 80


SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
"""Every encoding of every point of small order (CCTV ed25519, README)."""


@pytest.mark.parametrize("key", SMALL_ORDER)
def test_a_key_with_which_one_signature_fits_many_texts_is_refused(key: str) -> None:
    with pytest.raises(MalformedKey, match="prove nothing"):
        Verifier("a.example", unhex(key))


def test_another_encoding_of_a_point_is_no_key() -> None:
    """y + p for a small y; 2 + p is no small-order point."""
    with pytest.raises(MalformedKey, match="prove nothing"):
        Verifier("a.example", (2**255 - 19 + 3).to_bytes(32, "little"))


def test_cctv_ed25519() -> None:
    """Keys of small order and non-canonical keys never; of the rest what RFC 8032 without the cofactor accepts."""
    cases = load("cctv/ed25519/ed25519vectors.json")
    accepted = 0
    for case in cases:
        flags = set(case["flags"] or ())
        key, signature, message = unhex(case["key"]), unhex(case["sig"]), case["msg"].encode()
        try:
            verifier = Verifier("a.example", key)
        except MalformedKey:
            assert flags & {"low_order_A", "non_canonical_A"}, case
            continue
        assert not flags & {"low_order_A", "non_canonical_A"}, case
        verifies = ed25519_verifies(verifier.key, signature, message)
        assert verifies is not bool(flags & {"low_order_residue", "non_canonical_R"}), case
        accepted += verifies
    assert len(cases) > 100 and accepted
