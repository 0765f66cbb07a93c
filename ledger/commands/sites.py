"""Asking for a site to be opened (domain §1)."""

from typing import Annotated, Literal

from ledger.commands.base import Command, Tidy
from ledger.terms import (
    EmployeeId,
    Name,
    Omittable,
    SiteId,
)


class RegisterSite(Command):
    """A management office 管理處 (domain §1)."""

    subject = "site:{site}"
    makes = "site_registered"
    do: Literal["register_site"]
    site: SiteId
    name: Annotated[Name, Tidy]
    timezone: Omittable[Name] = None
    by: Omittable[EmployeeId] = None
