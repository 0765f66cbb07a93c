"""What every table of a policy document shares: keys nobody knows are refused, words are in three languages."""

from pydantic import BaseModel, ConfigDict, Field

from ledger.policy.values import Phrases, Whole


class Table(BaseModel):
    """A table of the document; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Words(Table):
    """A title in the three languages, in our own words."""

    zh_hant: str = Field(alias="zh-Hant", min_length=1)
    zh_hans: str = Field(alias="zh-Hans", min_length=1)
    en: str = Field(min_length=1)

    def of(self, language: str) -> str:
        """The words in a language; `language` is `zh-Hant`, `zh-Hans` or `en`."""
        return {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans}.get(language, self.en)


class CheckPoints(Table):
    """What an inspector looks at, in the three languages: an aid; the answer is the clause's."""

    zh_hant: Phrases = Field(alias="zh-Hant")
    zh_hans: Phrases = Field(alias="zh-Hans")
    en: Phrases

    def of(self, language: str) -> tuple[str, ...]:
        """The points in a language; `language` is `zh-Hant`, `zh-Hans` or `en`."""
        return {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans}.get(language, self.en)


class Measure(Table):
    """What is counted of a clause, in whole units: a reading outside the bounds is a fault."""

    name: Words
    at_least: Whole | None = None
    at_most: Whole | None = None
