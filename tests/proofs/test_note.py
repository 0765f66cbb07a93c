"""Keys and signed notes, as Go's reference implementation and C2SP's specification have them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs.errors import BadSignature, Malformed, MalformedKey, MalformedNote, ProofError
from ledger.proofs.keys import LOG, WITNESS, Signer, Verifier
from ledger.proofs.note import (
    SIGNATURE_LIMIT,
    Signature,
    add_signatures,
    open_note,
    parse_note,
    sign_text,
    write_note,
)
from ledger.proofs.wire import write_base64
from tests.proofs.scene import LOG_KEY, LOG_VKEY, OTHER_LOG_KEY, WITNESS_KEY, flipped, law
from tests.proofs.vectors import load

TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
COSIGNER_VKEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
"""A witness's key in the wild (transparency-dev/formats, note/note_cosigv1_test.go)."""


def keys(*vkeys: str) -> list[Verifier]:
    return [Verifier.parse(vkey) for vkey in vkeys]


def note(*lines: str, text: str = TEXT) -> bytes:
    return (text + "\n" + "".join(lines)).encode()


def names(raw: bytes, *vkeys: str) -> list[str]:
    return [signed.verifier.name for signed in open_note(raw, keys(*vkeys)).signed]


# --- known answers -----------------------------------------------------------------------------------


def test_signing_gives_the_known_note() -> None:
    signer = Signer.parse(PETER_SKEY)
    assert str(signer.verifier) == PETER
    assert signer.secret() == PETER_SKEY
    assert write_note(TEXT, [sign_text(TEXT, signer)]) == note(PETER_LINE)


def test_the_example_of_the_specification_opens() -> None:
    assert open_note(SPEC_NOTE.encode(), keys(SPEC_VKEY)).text == "This is an example message.\n"


def test_a_known_witness_key_is_read_and_written() -> None:
    key = Verifier.parse(COSIGNER_VKEY)
    assert (key.kind, key.name, str(key)) == (WITNESS, "remora.n621.de", COSIGNER_VKEY)


def test_notes_are_written_and_opened_as_go_does() -> None:
    vectors = load("signed-note/golang_note.json")
    for case in vectors["sign"]:
        signer = Signer.parse(case["skey"])
        assert write_note(case["text"], [sign_text(case["text"], signer)]) == case["want_note"].encode()
    for case in [*vectors["open"], *load("signed-note/c2sp_spec_example.json")["open"]]:
        raw = base64.b64decode(case["note_b64"])
        if case["want"] == "ok":
            verified = case.get("verified", ["example.com/foo"])
            assert names(raw, *case["vkeys"]) == verified, case["name"]
            present = {signature.name for signature in parse_note(raw)[1]}
            assert present >= {*verified, *case.get("unverified", [])}
        else:
            expected = {"bad": BadSignature, "no": BadSignature, "ambiguous": MalformedKey}
            error = expected.get(case["want"].removeprefix("reject: ").split()[0], MalformedNote)
            with pytest.raises(error):
                open_note(raw, keys(*case["vkeys"]))


# --- who signed --------------------------------------------------------------------------------------


def test_unknown_keys_are_ignored_and_a_known_one_counts_once() -> None:
    assert names(note(PETER_LINE, ENOCH_LINE), PETER) == ["PeterNeumann"]
    assert names(note(PETER_LINE, ENOCH_LINE), PETER, ENOCH) == ["PeterNeumann", "EnochRoot"]
    assert names(note(PETER_LINE, PETER_LINE, ENOCH_LINE), PETER, ENOCH) == ["PeterNeumann", "EnochRoot"]


def test_without_a_known_key_nothing_is_opened() -> None:
    for known in ([], [ENOCH]):
        with pytest.raises(BadSignature, match="no known key"):
            open_note(note(PETER_LINE), keys(*known))


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    wrong = Signature("EnochRoot", Verifier.parse(ENOCH).key_id, bytes(64)).line()
    assert names(note(PETER_LINE, wrong), PETER) == ["PeterNeumann"]
    for raw in (note(PETER_LINE, wrong), note(wrong, PETER_LINE), note(PETER_LINE, ENOCH_LINE, wrong)):
        with pytest.raises(BadSignature, match="wrong"):
            open_note(raw, keys(PETER, ENOCH))


def test_a_key_of_the_same_name_or_the_same_id_is_another_key() -> None:
    namesake = Signer("PeterNeumann", bytes(range(32)))
    stranger = Signature("Someone", Verifier.parse(PETER).key_id, bytes(64)).line()
    raw = note(PETER_LINE, sign_text(TEXT, namesake).line(), stranger)
    assert names(raw, PETER) == ["PeterNeumann"]
    assert [s.verifier for s in open_note(raw, [namesake.verifier]).signed] == [namesake.verifier]


def test_two_known_keys_of_one_name_and_id_are_refused() -> None:
    with pytest.raises(MalformedKey, match="one id"):
        open_note(note(PETER_LINE), keys(PETER, PETER))


@law
@given(st.integers(0, 64 * 8 - 1), st.integers(0, len(TEXT.encode()) * 8 - 1))
def test_no_bit_of_text_or_signature_may_change(in_signature: int, in_text: int) -> None:
    signature = sign_text(TEXT, LOG_KEY)
    changed = Signature(signature.name, signature.key_id, flipped(signature.signature, in_signature))
    for raw in (
        write_note(TEXT, [changed]),
        flipped(TEXT.encode(), in_text) + b"\n" + signature.line().encode(),
    ):
        with pytest.raises(ProofError):
            open_note(raw, [LOG_KEY.verifier])


# --- form --------------------------------------------------------------------------------------------

MALFORMED = {
    "no empty line": TEXT + PETER_LINE,
    "no signature": TEXT + "\n",
    "no end of the last line": TEXT + "\n" + PETER_LINE[:-1],
    "no text": "\n" + PETER_LINE,
    "a control character": "\x01" + TEXT + "\n" + PETER_LINE,
    "a carriage return": TEXT.replace("\n", "\r\n") + "\n" + PETER_LINE,
    "a tab": "\t" + TEXT + "\n" + PETER_LINE,
    "another line among the signatures": TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
    "no dash": TEXT + "\n" + PETER_LINE.replace("— ", ""),
    "a hyphen": TEXT + "\n" + PETER_LINE.replace("—", "-"),
    "two spaces": TEXT + "\n" + PETER_LINE.replace("— ", "—  "),
    "a name with a space": TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Peter\u3000Neumann"),
    "a name with a plus": TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Peter+Neumann"),
    "no name": TEXT + "\n" + PETER_LINE.replace("PeterNeumann", ""),
    "no base 64": TEXT + "\n" + PETER_LINE.replace("x08go", "x0!go"),
    "base 64 that is not ASCII": TEXT + "\n" + PETER_LINE.replace("x08go", "x0８go"),
    "no padding": TEXT + "\n" + PETER_LINE.replace("=", ""),
    "other trailing bits": TEXT + "\n" + PETER_LINE.replace("AM=", "AN="),
    "a key id alone": TEXT + "\n— PeterNeumann x08gow==\n",
    "no signature after the name": TEXT + "\n— PeterNeumann\n",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_note_is_refused(raw: str) -> None:
    with pytest.raises(MalformedNote):
        open_note(raw.encode(), keys(PETER))


def test_signatures_without_a_text_are_no_note() -> None:
    """Not even where what is signed is an empty line."""
    line = sign_text("\n", LOG_KEY).line()
    assert open_note(f"\n\n{line}".encode(), [LOG_KEY.verifier]).text == "\n"
    for raw in (line, "\n" + line):
        with pytest.raises(MalformedNote, match="empty line"):
            open_note(raw.encode(), [LOG_KEY.verifier])


def test_the_shortest_signature_has_one_byte_behind_the_key_id() -> None:
    assert parse_note(note("— Someone AAAAAAA=\n"))[1] == [Signature("Someone", bytes(4), bytes(1))]
    with pytest.raises(MalformedNote, match="short"):
        parse_note(note("— Someone AAAAAA==\n"))


def test_what_is_not_utf_8_is_no_note() -> None:
    for byte in (b"\xff", b"\xed\xa0\x80", b"\xc0\xaf"):
        with pytest.raises(MalformedNote, match="UTF-8"):
            open_note(byte + note(PETER_LINE), keys(PETER))


def test_a_note_has_at_most_a_hundred_signatures() -> None:
    assert SIGNATURE_LIMIT == 100
    assert names(note(*[PETER_LINE] * SIGNATURE_LIMIT), PETER) == ["PeterNeumann"]
    with pytest.raises(MalformedNote, match="at most"):
        open_note(note(*[PETER_LINE] * (SIGNATURE_LIMIT + 1)), keys(PETER))


def test_empty_lines_and_strange_line_ends_belong_to_the_text() -> None:
    for text in ("a\n\nb\n", "a\u2028b\x85c\n", "\n", "\n\n\n", "— not a signature\n\n— nor this\n"):
        raw = write_note(text, [sign_text(text, LOG_KEY)])
        assert open_note(raw, [LOG_KEY.verifier]).text == text


@law
@given(st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x20), max_size=80))
def test_what_is_signed_opens(line: str) -> None:
    text = line + "\n"
    raw = write_note(text, [sign_text(text, LOG_KEY), sign_text(text, WITNESS_KEY, 7)])
    opened = open_note(raw, [LOG_KEY.verifier, WITNESS_KEY.verifier])
    assert (opened.text, [signed.timestamp for signed in opened.signed]) == (text, [None, 7])


@law
@given(st.binary(max_size=120), st.integers(0, 400))
def test_bytes_from_anywhere_open_or_are_refused(junk: bytes, at: int) -> None:
    raw = note(PETER_LINE)
    spoilt = raw[:at] + junk + raw[at:]
    if junk:
        with pytest.raises(ProofError):
            open_note(spoilt, keys(PETER))


@pytest.mark.parametrize("text", ["", "no end", "bell\x07\n", "cr\r\n", "\ud800\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        sign_text(text, LOG_KEY)
    with pytest.raises(MalformedNote):
        write_note(text, [Signature("a", bytes(4), bytes(64))])


def test_a_note_has_a_signature() -> None:
    with pytest.raises(MalformedNote):
        write_note(TEXT, [])


def test_signatures_are_added_below() -> None:
    raw = add_signatures(note(PETER_LINE), [sign_text(TEXT, LOG_KEY)])
    assert raw == note(PETER_LINE, sign_text(TEXT, LOG_KEY).line())


# --- cosignatures ------------------------------------------------------------------------------------


def test_a_cosignature_is_over_time_and_text_as_the_specification_writes_them() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    signature = WITNESS_KEY.sign(text.encode(), 1679315147)
    assert signature[:8] == (1679315147).to_bytes(8, "big")
    public_key = Ed25519PublicKey.from_public_bytes(WITNESS_KEY.verifier.key)
    public_key.verify(signature[8:], b"cosignature/v1\ntime 1679315147\n" + text.encode())


def test_the_time_of_a_cosignature_cannot_be_changed() -> None:
    signature = WITNESS_KEY.sign(b"a\n", 1000)
    assert WITNESS_KEY.verifier.check(b"a\n", signature) == 1000
    with pytest.raises(BadSignature, match="wrong"):
        WITNESS_KEY.verifier.check(b"a\n", (1001).to_bytes(8, "big") + signature[8:])


def test_a_time_past_2_to_the_63_is_none() -> None:
    """Signed rightly, and still refused (tlog-cosignature, “Format”)."""
    from ledger.proofs import primitives

    message = b"cosignature/v1\ntime 9223372036854775808\na\n"
    signature = (2**63).to_bytes(8, "big") + primitives.ed25519_sign(WITNESS_KEY.seed, message)
    with pytest.raises(BadSignature, match="no possible time"):
        WITNESS_KEY.verifier.check(b"a\n", signature)
    assert WITNESS_KEY.verifier.check(b"a\n", WITNESS_KEY.sign(b"a\n", 0)) == 0
    for time in (-1, 2**63):
        with pytest.raises(MalformedKey, match="time"):
            WITNESS_KEY.sign(b"a\n", time)


def test_a_log_signs_without_and_a_witness_with_a_time() -> None:
    with pytest.raises(MalformedKey):
        LOG_KEY.sign(b"a\n", 1)
    with pytest.raises(MalformedKey):
        WITNESS_KEY.sign(b"a\n")


def test_a_witness_may_sign_twice_and_counts_once() -> None:
    raw = write_note(TEXT, [sign_text(TEXT, WITNESS_KEY, 5), sign_text(TEXT, WITNESS_KEY, 9)])
    (signed,) = open_note(raw, [WITNESS_KEY.verifier]).signed
    assert signed.timestamp == 5


def test_the_same_key_of_another_kind_is_another_key() -> None:
    log, witness = Signer("a.example", bytes(range(32))), Signer("a.example", bytes(range(32)), WITNESS)
    assert log.verifier.key_id != witness.verifier.key_id
    with pytest.raises(BadSignature):
        open_note(write_note(TEXT, [sign_text(TEXT, log)]), [witness.verifier])


# --- key strings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("c74f20a3", "0c74f20a3"),
        PETER.replace("PeterNeumann", "PeterNeuman"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("PeterNeumann", "Peter\ud800Neumann"),
        PETER.replace("PeterNeumann", ""),
        PETER + "\n",
        PETER[:-1] + "X",
        PETER[:-4],
        PETER + "AAAA",
        PETER + "=",
        "PeterNeumann+c74f20a3+",
        "rekor.sigstore.dev+12345678+AwEB",
        "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!",
        PETER_SKEY,
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedKey):
        Verifier.parse(vkey)


def test_the_refusal_of_a_key_says_why() -> None:
    key = Verifier.parse(PETER).key
    for name, material, kind, why in (
        ("a b", key, LOG, "name"),
        ("", key, LOG, "name"),
        ("a+b", key, LOG, "name"),
        ("a\u00a0b", key, LOG, "name"),
        ("a\x00b", key, LOG, "name"),
        ("\ud800", key, LOG, "name"),
        ("a", key, 2, "kind"),
        ("a", key, 6, "kind"),
        ("a", key[:-1], LOG, "32 bytes"),
        ("a", key + b"\0", LOG, "32 bytes"),
    ):
        with pytest.raises(MalformedKey, match=why):
            Verifier(name, material, kind)


@pytest.mark.parametrize(
    "skey",
    [
        PETER,
        PETER_SKEY.replace("c74f20a3", "c74f20a4"),
        PETER_SKEY.replace("PRIVATE", "PUBLIC"),
        PETER_SKEY.removeprefix("PRIVATE+KEY+"),
        PETER_SKEY[:-4],
        PETER_SKEY + "AAAA",
        PETER_SKEY.replace("+AYEK", "+CYEK"),
        "PRIVATE+KEY+PeterNeumann+c74f20a3+",
        "PRIVATE+KEY+PeterNeumann",
    ],
)
def test_what_is_no_private_key(skey: str) -> None:
    with pytest.raises(MalformedKey):
        Signer.parse(skey)


def test_a_private_key_has_32_bytes() -> None:
    with pytest.raises(MalformedKey, match="32 bytes"):
        Signer("a", bytes(31))


@pytest.mark.parametrize("kind", [LOG, WITNESS])
def test_new_keys_are_written_and_read(kind: int) -> None:
    signer = Signer.generate("名.example/one", kind)
    assert Signer.parse(signer.secret()) == signer
    assert Verifier.parse(str(signer.verifier)) == signer.verifier
    assert signer != Signer.generate("名.example/one", kind)


def test_a_secret_does_not_show_itself() -> None:
    seed = write_base64(LOG_KEY.seed)
    assert seed not in repr(LOG_KEY) and seed not in str(LOG_KEY) and repr(LOG_KEY.seed) not in repr(LOG_KEY)
    assert str(OTHER_LOG_KEY.verifier) != LOG_VKEY


def test_every_malformed_thing_is_malformed() -> None:
    assert issubclass(MalformedNote, Malformed) and issubclass(MalformedKey, ProofError)
