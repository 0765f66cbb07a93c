"""Asking for a policy version to be adopted (domain §8)."""

from typing import Any, ClassVar, Literal

from ledger.commands.base import Command
from ledger.terms import (
    Day,
    EmployeeId,
    Omittable,
    SiteId,
)


class AdoptPolicy(Command):
    """A policy document comes into force; left-out `site` means all sites (domain §8)."""

    subject = "policy:{site}"
    makes = "policy_adopted"
    told_as: ClassVar = {"policy": "document"}
    do: Literal["adopt_policy"]
    policy: dict[str, Any]
    site: Omittable[SiteId] = None
    by: Omittable[EmployeeId] = None
    on: Day
