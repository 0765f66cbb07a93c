"""Which language is asked for, by the variables of the environment."""

from collections.abc import Mapping
from typing import Final

from ledger.formats import Language

_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_TRADITIONAL_REGIONS: Final = {"tw", "hk", "mo"}


def detect(environ: Mapping[str, str]) -> Language:
    """The language asked for: KAOJI_LANG, else the first known one of GNU's LANGUAGE, else LC_ALL, LC_MESSAGES, LANG.

    As GNU has it, LANGUAGE counts only where the locale is not C; without a locale there is nothing to translate.
    """
    own = environ.get("KAOJI_LANG")
    locale = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    if not own and locale.partition(".")[0] not in ("", "C", "POSIX"):
        for listed in environ.get("LANGUAGE", "").split(":"):
            if (known := _language_of(listed)) is not None:
                return known
    return _language_of(own or locale) or "en"


def _language_of(asked: str) -> Language | None:
    """The language that a locale's name means, if there are words in it."""
    tag = asked.partition(".")[0].partition("@")[0]
    language, *rest = tag.strip().lower().replace("_", "-").split("-")
    if language == "en":
        return "en"
    if language not in ("zh", "yue"):
        return None
    if "hans" in rest:
        return "zh-Hans"
    if language == "yue" or "hant" in rest or _TRADITIONAL_REGIONS & set(rest):
        return "zh-Hant"
    return "zh-Hans"
