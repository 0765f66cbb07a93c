"""Asking for a month's public list to be posted, corrected or taken down (finance §14)."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.commands.base import Command
from ledger.terms import Day, EmployeeId, Month, Name, Omittable, SiteId, Text


class PostPublicList(Command):
    """The public list 公布張貼 of a closed month is posted (Doc. 3 §4.2.5): who stands on it is fixed from then on."""

    subject = "public_list:{site}:{month}"
    makes = "public_list_posted"
    do: Literal["post_public_list"]
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
    places: Omittable[Annotated[list[Name], Field(min_length=1, max_length=20)]] = None
    days: Omittable[Annotated[int, Field(strict=True, ge=1, le=31)]] = None


class CorrectPublicList(Command):
    """A posted list is corrected: people leave it, or stand on it with fewer points."""

    subject = "public_list:{site}:{month}"
    makes = "public_list_corrected"
    do: Literal["correct_public_list"]
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day


class TakeDownPublicList(Command):
    """A posted list is taken down."""

    subject = "public_list:{site}:{month}"
    makes = "public_list_taken_down"
    do: Literal["take_down_public_list"]
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
    reason: Omittable[Text] = None
