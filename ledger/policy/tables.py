"""What every table of a policy document shares: keys nobody knows are refused, words are in three languages."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ledger.policy.values import Phrases, Whole

T = TypeVar("T")


class Table(BaseModel):
    """A table of the document; unknown keys are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, defer_build=True
    )


class _InThreeLanguages(Table, Generic[T]):
    zh_hant: T = Field(alias="zh-Hant")
    zh_hans: T = Field(alias="zh-Hans")
    en: T

    def of(self, language: str) -> T:
        """What it says in a language; `language` is `zh-Hant`, `zh-Hans` or `en`."""
        return {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans}.get(language, self.en)


class Words(_InThreeLanguages[Annotated[str, Field(min_length=1)]]):
    """A title in the three languages, in our own words."""


class CheckPoints(_InThreeLanguages[Phrases]):
    """What an inspector looks at, in the three languages: an aid; the answer is the clause's."""


class Measure(Table):
    """What is counted of a clause, in whole units: a reading outside the bounds is a fault."""

    name: Words
    at_least: Whole | None = None
    at_most: Whole | None = None
