"""What acts must keep to beyond the rules of points: sanctions, notices, evidence, checkpoints, staff consulted."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from ledger.policy.tables import Table
from ledger.policy.values import (
    Amount,
    Days,
    Months,
    Source,
    as_tuple,
)
from ledger.terms import Day


class AdministrativeSanctions(Table):
    """What may be imposed in band administrative; a fine only if its amount is stated."""

    kinds: Annotated[tuple[Literal["warning", "demerit"], ...], BeforeValidator(as_tuple)]
    fine: Amount | None = None
    source: Source


class DismissalSanction(Table):
    """What the dismissal review must have before it may be imposed."""

    checklist: Annotated[
        tuple[Literal["served", "employee_heard", "union_informed", "seriousness_reasoned"], ...],
        BeforeValidator(as_tuple),
    ]
    source: Source


class Sanctions(Table):
    """The sanctions of 篇3 4.2.3 and 4.2.4; a warning or demerit shows as expired after so many months, if stated."""

    administrative: AdministrativeSanctions
    dismissal: DismissalSanction
    expires_months: Months | None = None
    expires_source: Source | None = None


class Notices(Table):
    """What a notice must keep to beyond 篇3 4.1; by default nothing.

    `not_after_days`: an act so many civil days old is not charged any more. `charge`: whether a notice costs from its
    issue or from its service. `witness`: a refusal to sign starts a window only before a witness.
    """

    not_after_days: Days | None = None
    charge: Literal["issued", "served"] = "issued"
    witness: bool = False
    source: Source | None = None


class Checkpoints(Table):
    """After how many days what no checkpoint covers stands in `due`: nothing outside vouches for it until then."""

    remind_days: Days = 7
    source: Source | None = None


class EvidenceLimits(Table):
    """How large a file may be that is attached, and how many and how much one notice or appeal may hold."""

    file_mebibytes: Annotated[int, Field(strict=True, ge=1, le=20)] = 20
    files: Annotated[int, Field(strict=True, ge=1, le=1_000)] = 20
    total_mebibytes: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 100
    source: Source | None = None


class Consulted(Table):
    """When and how staff were consulted on the version, and told of it (勞動合同法 §4)."""

    on: Day
    how: Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=500)]
    told_on: Day | None = None
    told_how: Annotated[
        str | None, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=500)
    ] = None
