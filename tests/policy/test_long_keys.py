"""A key of a TOML file with thousands of parts is refused before the parser keeps each beginning of it."""

import tomllib

import pytest

from ledger.application.policy_documents import read
from ledger.errors import InputError
from ledger.formats import toml_of

PARTS = ["a", '"a"', "'a'", '"\\""', '"a.b"', " a "]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("made", ["{} = 1", "[{}]", "[[{}]]", "x = {{ {} = 1 }}", "version = '1'\n{} = 1"])
def test_a_key_of_very_many_parts_is_not_parsed(
    part: str, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: str) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(tomllib, "loads", never)
    with pytest.raises(InputError, match="policy_not_toml"):
        read(made.format(".".join([part] * 20_000)).encode())


def test_what_people_write_is_read() -> None:
    assert toml_of('a.b."c.d".e = 1\nx = [1.5, 2.5]\ny = "a.b.c.d.e.f.g"') == {
        "a": {"b": {"c.d": {"e": 1}}},
        "x": [1.5, 2.5],
        "y": "a.b.c.d.e.f.g",
    }
    long = ".".join(f"p{number}" for number in range(32))
    assert toml_of(f"{long} = 1")
    assert toml_of("x = '''\n" + "two words. " * 50_000 + "\n'''")


def test_text_without_end_is_looked_through_once() -> None:
    for text in ("a" * 256 * 1024, '"' * 256 * 1024, "'x" * 128 * 1024, "a." * 31 + " " * 256 * 1024):
        with pytest.raises(tomllib.TOMLDecodeError):
            toml_of(text)
