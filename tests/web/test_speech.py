"""The console's own words: the same keys in each language, in the script of each."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "web"


def words(language: str) -> dict[str, str]:
    return tomllib.loads((ROOT / "words" / f"{language}.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_every_language_says_the_same_things_in_the_same_order(language: str) -> None:
    assert list(words(language)) == list(words("en"))
    for key, english in words("en").items():
        blanks = set(re.findall(r"{(\w+)}", english))
        assert set(re.findall(r"{(\w+)}", words(language)[key])) == blanks, key


def test_simplified_words_are_simplified() -> None:
    for text in words("zh-Hans").values():
        "".join(letter for letter in text if "\u4e00" <= letter <= "\u9fff").encode("gb2312")


def test_whatever_a_page_says_is_worded() -> None:
    said = set()
    for template in (ROOT / "templates").glob("*.j2"):
        said |= set(re.findall(r'w\.say\("(\w+)"[,)]', template.read_text("utf-8")))
    for source in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
            ):
                said |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}

    assert said - set(words("en")) == {"separator"}
