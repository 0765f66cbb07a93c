"""The stand-alone verifier as it is run: exit status, plain words, nothing hostile on the terminal."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.proofs import __main__ as program
from ledger.proofs import describe
from ledger.proofs.checkpoint import sign_checkpoint
from ledger.proofs.entry import Envelope
from ledger.proofs.note import add_signatures, sign_text
from ledger.proofs.receipt import SIZE_LIMIT
from tests.proofs.scene import LOG_KEY, LOG_VKEY, OTHER_LOG_KEY, WITNESS_KEY, Scene

SCENE = Scene()


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    file = tmp_path / "receipt.json"
    file.write_bytes(SCENE.receipt(5).encode())
    return file


def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ledger.proofs", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_a_proven_receipt_is_told_in_plain_words(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main([str(receipt), "--vkey", LOG_VKEY]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.startswith("PROVEN: these exact bytes stand in the ledger")
    for line in (
        "  ledger     kaoji-1",
        "  position   6 of 11",
        "  stream     employee-1, version 3",
        "  kind       notice_issued, schema 1",
        "  about      person-1, event 3 about this subject",
        "  log        ledger.example/kaoji-1",
        f"  root       {SCENE.checkpoint().root.hex()}",
        f"  signed by  {LOG_VKEY}",
        '      "text": "第5次過失：遲到"',
    ):
        assert line in told.out.split("\n")


def test_it_runs_as_a_program_in_any_place_from_a_copy_of_the_directory(
    receipt: Path, tmp_path: Path
) -> None:
    """What is handed to an employee is this directory and nothing else of ours."""
    room = Path(program.__file__).parent
    shutil.copytree(room, tmp_path / "proofs", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "proofs", str(receipt), "--vkey", LOG_VKEY]
    copied = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=tmp_path, check=False, env={"PYTHONUTF8": "1"}
    )
    assert (copied.returncode, copied.stderr) == (0, "")
    assert copied.stdout == run(receipt, "--vkey", LOG_VKEY).stdout


def test_without_a_key_it_is_not_proven_and_says_what_to_do(
    receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main([str(receipt)]) == 1
    told = capsys.readouterr()
    assert "PROVEN" not in told.out and "signed by" not in told.out
    assert "kaoji-1" in told.out
    assert told.err.startswith("NOT PROVEN:") and "hint:" in told.err


def test_a_spoilt_receipt_is_not_proven(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(SCENE.receipt(5), state=b"other bytes", keys=())
    receipt.write_bytes(other.encode())
    assert program.main([str(receipt), "--vkey", LOG_VKEY]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "NOT PROVEN: the path leads to another root\n")


def test_another_s_key_proves_nothing(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main([str(receipt), "--vkey", str(OTHER_LOG_KEY.verifier)]) == 1
    assert "none of the known keys" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"no receipt", b"x" * (SIZE_LIMIT + 5)])
def test_a_file_that_is_no_receipt_is_not_proven(receipt: Path, content: bytes) -> None:
    receipt.write_bytes(content)
    assert program.main([str(receipt), "--vkey", LOG_VKEY]) == 1


def test_what_is_not_asked_rightly(receipt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff")
    for arguments in (
        [str(tmp_path / "missing.json")],
        [str(tmp_path)],
        [str(receipt), "--vkey", "no key"],
        [str(receipt), "--vkey-file", str(tmp_path / "missing")],
        [str(receipt), "--vkey-file", str(binary)],
    ):
        assert program.main(arguments) == 2
        assert capsys.readouterr().err.startswith("not checked: ")
    for arguments in ([], [str(receipt), "--what"]):
        with pytest.raises(SystemExit) as caught:
            program.main(arguments)
        assert caught.value.code == 2


def test_keys_are_read_from_a_file(receipt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"# ours\n\n{LOG_VKEY}\r\n{WITNESS_KEY.verifier}\n{LOG_VKEY}\n", encoding="utf-8")
    assert program.main([str(receipt), "--vkey-file", str(keys), "--vkey", LOG_VKEY]) == 0
    keys.write_text("# none yet\n")
    assert program.main([str(receipt), "--vkey-file", str(keys)]) == 1


def test_the_status_of_the_program(receipt: Path) -> None:
    assert run(receipt, "--vkey", LOG_VKEY).returncode == 0
    assert run(receipt).returncode == 1
    assert run(receipt, "--vkey", "x").returncode == 2
    assert run().returncode == 2


def test_an_optimised_python_checks_as_much(receipt: Path) -> None:
    receipt.write_bytes(replace(SCENE.receipt(5), state=b"other", keys=()).encode())
    command = [sys.executable, "-OO", "-m", "ledger.proofs", str(receipt), "--vkey", LOG_VKEY]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_a_terminal_that_knows_no_chinese_gets_escapes(receipt: Path) -> None:
    told = run(
        receipt, "--vkey", LOG_VKEY, env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)}
    )
    assert told.returncode == 0
    assert "\\u904e\\u5931" in told.stdout


HOSTILE = "\x1b[2J\x1b]0;title\x07\r\b\x9b31m\u202ereversed\u2066\u200b\u2028\u00a0\x7f\ufeff\U000e0001\\"
SPELLED = (
    "\\u001b[2J\\u001b]0;title\\u0007\\u000d\\u0008\\u009b31m\\u202ereversed\\u2066\\u200b"
    "\\u2028\\u00a0\\u007f\\ufeff\\U000e0001\\\\"
)


def test_hostile_text_is_spelled_out() -> None:
    assert program.shown(HOSTILE) == SPELLED
    assert program.shown("姓名　𠮷 \ue000 é") == "姓名　𠮷 \ue000 é"
    assert program.shown("a\nb\tc\ud800") == "a\\u000ab\\u0009c\\ud800"


def test_hostile_text_from_every_part_of_a_receipt_is_spelled_out(
    receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = Scene(0)
    envelope = Envelope(HOSTILE, 1, HOSTILE, 1, HOSTILE, 1, HOSTILE, 1)
    state = {HOSTILE: HOSTILE, f"{HOSTILE}2": "sealed:v1:" + HOSTILE}
    scene.add(envelope, json.dumps(state, ensure_ascii=False).encode())
    checkpoint = replace(scene.checkpoint(), extensions=("\u202e\x9b31m",))
    note = sign_checkpoint(checkpoint, LOG_KEY, None, ())
    good = replace(scene.proof(0), checkpoint=note)
    receipt.write_bytes(replace(scene.receipt(0), keys=(), proof=good).encode())
    assert program.main([str(receipt), "--vkey", LOG_VKEY]) == 0
    told = capsys.readouterr().out
    assert not [c for c in told if c != "\n" and describe._is_hidden(c)]
    assert told.count("reversed") == 9
    assert "  extension  \\u202e\\u009b31m\n" in told


def test_bytes_that_are_not_json_are_shown_as_they_are(
    receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = Scene(0)
    scene.add(Envelope("l", 1, "s", 1, "k", 1, None, 0), b"\xff\x1b[2Jnot JSON\n")
    receipt.write_bytes(replace(scene.receipt(0), keys=()).encode())
    assert program.main([str(receipt), "--vkey", LOG_VKEY]) == 0
    told = capsys.readouterr().out
    assert "  about      nobody\n" in told
    assert "  \\\\xff\\u001b[2Jnot JSON\\u000a\n" in told


def test_witnesses_and_closed_seals_are_told(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = SCENE.receipt(5)
    for timestamp, told in (
        (1_700_000_000, "2023-11-14 22:13:20 UTC"),
        (2**63 - 1, "9223372036854775807 seconds after 1970"),
    ):
        line = sign_text(SCENE.checkpoint().text(), WITNESS_KEY, timestamp)
        note = add_signatures(good.proof.checkpoint, [line])
        receipt.write_bytes(replace(good, keys=(), proof=replace(good.proof, checkpoint=note)).encode())
        arguments = [str(receipt), "--vkey", LOG_VKEY, "--vkey", str(WITNESS_KEY.verifier)]
        assert program.main(arguments) == 0
        output = capsys.readouterr().out
        assert f"  seen by    witness.example/council, {told}\n" in output
        assert "this receipt has no key for it: /fact/text" in output
