"""Checkpoints: their text, who may sign one after which, and who is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs.checkpoint import Checkpoint, check_successor, open_checkpoint, sign_checkpoint
from ledger.proofs.errors import (
    BadConsistency,
    BadSignature,
    MalformedCheckpoint,
    MalformedNote,
    UnknownLog,
)
from ledger.proofs.keys import LOG, WITNESS, Signer, Verifier
from ledger.proofs.merkle import EMPTY_ROOT, root
from ledger.proofs.note import add_signatures, sign_text, write_note
from ledger.proofs.paths import consistency_path
from tests.proofs.scene import LOG_KEY, ORIGIN, OTHER_LOG_KEY, WITNESS_KEY, Scene, flipped, law, leaves

SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SOFA_NOTE = (
    SOFA + "\n— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)

H = bytes([1]) * 32


def test_the_example_of_the_specification() -> None:
    checkpoint = Checkpoint.parse(SOFA)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a9186")
    assert checkpoint.text() == SOFA
    with pytest.raises(UnknownLog):
        open_checkpoint(SOFA_NOTE.encode(), [LOG_KEY.verifier])


one_line = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@law
@given(
    st.builds(
        Checkpoint,
        one_line,
        st.integers(1, 2**63 - 1),
        st.binary(min_size=32, max_size=32),
        st.lists(one_line, max_size=3).map(tuple),
    )
)
def test_a_text_names_its_checkpoint(checkpoint: Checkpoint) -> None:
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        SOFA[:-1],
        SOFA + "\n",
        SOFA + "extension",
        SOFA + "\nextension\n",
        SOFA.replace("\n", "\r\n"),
        SOFA.replace("example.com/behind-the-sofa", ""),
        SOFA.replace("20852163", "020852163"),
        SOFA.replace("20852163", "+20852163"),
        SOFA.replace("20852163", "-20852163"),
        SOFA.replace("20852163", " 20852163"),
        SOFA.replace("20852163", "20_852_163"),
        SOFA.replace("20852163", "２０８５２１６３"),
        SOFA.replace("20852163", "0x13e2e83"),
        SOFA.replace("20852163", ""),
        SOFA.replace("20852163", str(2**63)),
        SOFA.replace("20852163", "9" * 5000),
        SOFA.replace("20852163", "0"),
        SOFA.replace("CsUY", "CsU"),
        SOFA.replace("2I=", "2J="),
        SOFA.replace("q2I=", ""),
        SOFA.replace("q2I=", "q2I=AAAA"),
        "\n".join(SOFA.split("\n")[:2]) + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text)


def test_a_checkpoint_of_what_none_can_say_is_not_made() -> None:
    for fields in (
        ("", 1, H),
        ("a\nb", 1, H),
        ("a", -1, H),
        ("a", 2**63, H),
        ("a", 1, H[:-1]),
        ("a", 0, H),
        ("a", 1, H, ("",)),
        ("a", 1, H, ("x\ny",)),
    ):
        with pytest.raises(MalformedCheckpoint):
            Checkpoint(*fields)
    assert Checkpoint("a", 0, EMPTY_ROOT).text().split("\n")[1] == "0"


# --- signing -----------------------------------------------------------------------------------------


def test_what_the_log_signed_opens() -> None:
    scene = Scene()
    raw = sign_checkpoint(scene.checkpoint(), LOG_KEY, None, ())
    opened = open_checkpoint(raw, [LOG_KEY.verifier, OTHER_LOG_KEY.verifier])
    assert opened.checkpoint == scene.checkpoint()
    assert [signed.verifier for signed in opened.signed] == [LOG_KEY.verifier]
    assert opened.cosigned == ()


def test_extension_lines_are_signed() -> None:
    checkpoint = Checkpoint(ORIGIN, 1, H, ("one", "two"))
    raw = sign_checkpoint(checkpoint, LOG_KEY, None, ())
    assert open_checkpoint(raw, [LOG_KEY.verifier]).checkpoint == checkpoint
    with pytest.raises(BadSignature):
        open_checkpoint(raw.replace(b"two", b"twa"), [LOG_KEY.verifier])


@law
@given(st.integers(1, 40), st.integers(0, 40))
def test_a_log_signs_what_continues_what_it_signed(old: int, more: int) -> None:
    scene = Scene(old + more)
    path = consistency_path(old, old + more, scene.reader)
    raw = sign_checkpoint(scene.checkpoint(), LOG_KEY, scene.checkpoint(old), path)
    assert open_checkpoint(raw, [LOG_KEY.verifier]).checkpoint.size == old + more


@law
@given(st.integers(1, 30), st.integers(0, 20), st.data())
def test_a_log_does_not_sign_another_past(old: int, more: int, data: st.DataObject) -> None:
    scene, at = Scene(old + more), data.draw(st.integers(0, old - 1))
    last = scene.checkpoint(old)
    scene.states[at] = flipped(scene.states[at], 3)
    path = consistency_path(old, old + more, scene.reader)
    with pytest.raises(BadConsistency):
        sign_checkpoint(scene.checkpoint(), LOG_KEY, last, path)


def test_a_restored_old_copy_is_not_signed() -> None:
    scene = Scene()
    with pytest.raises(BadConsistency):
        sign_checkpoint(scene.checkpoint(7), LOG_KEY, scene.checkpoint(), ())


def test_an_empty_log_is_continued_by_everything() -> None:
    empty, later = Checkpoint(ORIGIN, 0, EMPTY_ROOT), Scene().checkpoint()
    check_successor(None, empty, ())
    check_successor(empty, empty, ())
    check_successor(empty, later, ())
    for last in (None, empty):
        with pytest.raises(BadConsistency, match="empty"):
            check_successor(last, later, (H,))


def test_another_log_does_not_continue_this_one() -> None:
    checkpoint = Scene().checkpoint()
    other = Checkpoint("elsewhere", checkpoint.size, checkpoint.root)
    with pytest.raises(BadConsistency, match="two logs"):
        check_successor(other, checkpoint, ())


def test_only_the_log_s_own_key_signs() -> None:
    witness_called_like_the_log = Signer(ORIGIN, LOG_KEY.seed, WITNESS)
    for signer in (OTHER_LOG_KEY, WITNESS_KEY, witness_called_like_the_log):
        with pytest.raises(BadSignature, match="own key"):
            sign_checkpoint(Scene().checkpoint(), signer, None, ())


def test_an_origin_that_no_note_can_carry_is_not_signed() -> None:
    signer = Signer("a\u200bb", bytes(range(32)))
    assert sign_checkpoint(Checkpoint("a\u200bb", 1, H), signer, None, ())
    with pytest.raises(MalformedNote):
        sign_checkpoint(Checkpoint(ORIGIN, 1, H, ("\x07",)), LOG_KEY, None, ())


# --- opening -----------------------------------------------------------------------------------------


def test_one_log_does_not_speak_for_another() -> None:
    """The other log's key is trusted, for the other log."""
    text = Scene().checkpoint().text()
    raw = write_note(text, [sign_text(text, OTHER_LOG_KEY)])
    with pytest.raises(UnknownLog):
        open_checkpoint(raw, [OTHER_LOG_KEY.verifier])
    with pytest.raises(BadSignature, match="did not sign"):
        open_checkpoint(raw, [OTHER_LOG_KEY.verifier, LOG_KEY.verifier])


def test_a_witness_does_not_speak_for_the_log() -> None:
    text = Scene().checkpoint().text()
    namesake = Signer(ORIGIN, bytes(range(32)), WITNESS)
    raw = write_note(text, [sign_text(text, namesake, 1)])
    with pytest.raises(UnknownLog):
        open_checkpoint(raw, [namesake.verifier])
    with pytest.raises(BadSignature, match="did not sign"):
        open_checkpoint(raw, [namesake.verifier, LOG_KEY.verifier])


def test_cosignatures_are_told_apart() -> None:
    checkpoint = Scene().checkpoint()
    raw = sign_checkpoint(checkpoint, LOG_KEY, None, ())
    raw = add_signatures(raw, [sign_text(checkpoint.text(), WITNESS_KEY, 1_700_000_000)])
    opened = open_checkpoint(raw, [WITNESS_KEY.verifier, LOG_KEY.verifier])
    assert [(s.verifier.name, s.timestamp) for s in opened.signed] == [(ORIGIN, None)]
    assert [(s.verifier.name, s.timestamp) for s in opened.cosigned] == [(WITNESS_KEY.name, 1_700_000_000)]
    assert open_checkpoint(raw, [LOG_KEY.verifier]).cosigned == ()


def test_a_rotated_key_signs_beside_the_old_one() -> None:
    new_key = Signer(ORIGIN, bytes(range(32)), LOG)
    text = Scene().checkpoint().text()
    raw = write_note(text, [sign_text(text, LOG_KEY), sign_text(text, new_key)])
    for known, count in (
        ([LOG_KEY], 1),
        ([new_key], 1),
        ([LOG_KEY, new_key], 2),
    ):
        assert len(open_checkpoint(raw, [each.verifier for each in known]).signed) == count


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    text = f"{ORIGIN}\nmany\nroots\n"
    raw = write_note(text, [sign_text(text, LOG_KEY)])
    with pytest.raises(MalformedCheckpoint):
        open_checkpoint(raw, [LOG_KEY.verifier])


@law
@given(st.integers(0, 10_000))
def test_no_bit_of_a_checkpoint_may_change(bit: int) -> None:
    raw = sign_checkpoint(Checkpoint(ORIGIN, 3, root(leaves(3))), LOG_KEY, None, ())
    with pytest.raises((BadSignature, MalformedNote)):
        open_checkpoint(flipped(raw, bit), [LOG_KEY.verifier])


def test_keys_may_come_from_anything_iterable() -> None:
    raw = sign_checkpoint(Scene().checkpoint(), LOG_KEY, None, ())
    verifiers = iter([LOG_KEY.verifier])
    assert open_checkpoint(raw, verifiers).signed[0].verifier == Verifier.parse(str(LOG_KEY.verifier))
