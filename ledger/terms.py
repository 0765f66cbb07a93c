"""The nouns every room speaks: ids, days, months, money.

They are shapes without behaviour of their own: what is refused here is malformed for everybody.
Money is integer fen (1 yuan = 100 fen); points are whole numbers; a month is `YYYY-MM`.
"""

import re
from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeVar, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints

from ledger.formats import (
    EARLIEST_YEAR,
    LANGUAGES,
    LATEST_YEAR,
    Language,
    Malformed,
    first_day,
    format_instant,
    format_local,
    format_money,
    format_recorded,
    last_day,
    month_of,
    next_month,
    parse_day,
    parse_instant,
    parse_money,
    parse_month,
    parse_quarter,
)
from ledger.subjects import Ref
from ledger.texts import ERASED, SEALED, described

__all__ = [
    "COMPONENTS",
    "EARLIEST_YEAR",
    "ERASED",
    "LADDER",
    "LANGUAGES",
    "LATEST_YEAR",
    "RANKS",
    "SEALED",
    "ActionId",
    "ActionKind",
    "AnalysisId",
    "AnswerResult",
    "AppealId",
    "Band",
    "BankVersion",
    "CaseId",
    "CauseCode",
    "CheckId",
    "CheckKind",
    "ClauseCode",
    "Component",
    "ConsentTo",
    "Day",
    "DepartmentId",
    "Dimension",
    "EmployeeId",
    "ExaminationResult",
    "FindingId",
    "Ground",
    "InspectionId",
    "InspectionKind",
    "Instant",
    "Language",
    "Level",
    "ListMode",
    "Money",
    "Month",
    "Name",
    "NoticeId",
    "ObjectionId",
    "Office",
    "Omittable",
    "Outcome",
    "PaperNumber",
    "PayRun",
    "Points",
    "PolicyVersion",
    "Quarter",
    "QuestionCode",
    "ReturnReason",
    "RewardId",
    "SanctionId",
    "SanctionKind",
    "Scheme",
    "Settlement",
    "Sha256",
    "SheetId",
    "SiteId",
    "SittingId",
    "Text",
    "described",
    "first_day",
    "format_instant",
    "format_local",
    "format_money",
    "format_recorded",
    "last_day",
    "month_of",
    "next_month",
    "parse_day",
    "parse_instant",
    "parse_money",
    "parse_month",
    "parse_quarter",
]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _check_text(value: object) -> object:
    if isinstance(value, str):
        if not value.strip():
            raise Malformed("empty", "may not be empty")
        if _CONTROL.search(value):
            raise Malformed("control_characters", "may not hold control characters")
    return value


def _refuse_null(value: object) -> object:
    if value is None:
        raise Malformed("null", "may be left out, but not be null")
    return value


# --- the nouns --------------------------------------------------------------------------------------

T = TypeVar("T")
Omittable = Annotated[T | None, BeforeValidator(_refuse_null)]
"""A field that may be left out; an explicit null is refused."""

ID: Final = "[A-Za-z0-9._-]{1,64}"
"""The pattern of every id."""

_Id = Annotated[str, StringConstraints(strict=True, pattern=f"^{ID}$")]
SiteId = Annotated[_Id, Ref("site")]
EmployeeId = Annotated[_Id, Ref("employee")]
NoticeId = Annotated[_Id, Ref("notice")]
AppealId = Annotated[_Id, Ref("appeal")]
RewardId = Annotated[_Id, Ref("reward")]
SanctionId = Annotated[_Id, Ref("sanction")]
CheckId = Annotated[_Id, Ref("check")]
SheetId = Annotated[_Id, Ref("sheet")]
ObjectionId = Annotated[_Id, Ref("objection")]
CaseId = Annotated[_Id, Ref("case")]
InspectionId = Annotated[_Id, Ref("inspection")]
FindingId = Annotated[_Id, Ref("finding")]
AnalysisId = Annotated[_Id, Ref("analysis")]
ActionId = Annotated[_Id, Ref("action")]
CauseCode = _Id
PolicyVersion = _Id
SittingId = Annotated[_Id, Ref("sitting")]
BankVersion = _Id
QuestionCode = _Id
PaperNumber = _Id
"""What stands on a paper of the examination instead of the name."""
DepartmentId = Annotated[
    str, BeforeValidator(_check_text), StringConstraints(strict=True, min_length=1, max_length=64)
]
ClauseCode = _Id

Text = Annotated[
    str, BeforeValidator(_check_text), StringConstraints(strict=True, min_length=1, max_length=20_000)
]
Name = Annotated[
    str, BeforeValidator(_check_text), StringConstraints(strict=True, min_length=1, max_length=200)
]
Day = Annotated[date, BeforeValidator(parse_day)]
Instant = Annotated[
    datetime, BeforeValidator(parse_instant), PlainSerializer(format_instant, when_used="json")
]
Month = Annotated[str, BeforeValidator(parse_month)]
Money = Annotated[int, BeforeValidator(parse_money)]
"""Fen, read from a money string of yuan (in commands and policies); a number is refused."""
Quarter = Annotated[str, BeforeValidator(parse_quarter)]
"""A civil quarter, `YYYY-Qn`."""
Points = Annotated[int, Field(strict=True, ge=1, le=9_999)]
PublicKey = Annotated[
    str, StringConstraints(strict=True, max_length=300, pattern=r"^[!-*,-~]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$")
]
"""A verifier key as C2SP signed-note writes it: name+id+key."""
KeyCheck = Annotated[str, StringConstraints(strict=True, pattern=r"^k[a-z2-7]{31}$")]
"""What says which key is meant (`ledger.proofs.seal.key_check`)."""
PersonRef = Annotated[str, StringConstraints(strict=True, pattern=r"^([0-9a-f]{32})?$")]
"""The random id of a person of layout 2 in the hash tree; the empty one is the ledger itself."""
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]

PayRun = _Id
"""One execution of a pay run: `regular`, `final-E07`."""
ReturnReason = Literal[
    "left",
    "wage_too_low",
    "unpaid_leave",
    "other_run",
    "disputed",
    "unknown_person",
    "entry_error",
    "rounding",
    "other",
]
"""Why something else was taken than was handed over."""
Settlement = Literal["carry", "write_off"]
"""What becomes of a difference: it goes into the next run, or is given up."""

Scheme = Literal["service_quality", "performance"]
Dimension = Literal["a", "b", "c", "d", "e", "f"]
"""A dimension of the appraisal sheet (篇4 4.2)."""
CheckKind = Literal["daily", "weekly", "monthly", "duty", "discipline", "quality"]
"""Who looked, and how often they are to look (篇4 4.3)."""
Office = Literal[
    "inspector",
    "department_head",
    "director",
    "manager",
    "finance",
    "quality",
    "office",
    "company",
    "auditor",
    "union",
]
Level = Literal["department_head", "director", "manager", "company"]
Ground = Literal["facts", "points", "procedure", "unfair_handling", "retaliation"]
Outcome = Literal["dismissed", "reduced", "revoked"]
SanctionKind = Literal["warning", "demerit", "administrative_fine", "dismissal"]
InspectionKind = Literal["irregular", "regular", "department", "documents", "follow_up"]
ActionKind = Literal["immediate", "corrective", "preventive"]
AnswerResult = Literal["ok", "fault", "not_applicable"]
Band = Literal["none", "surcharge", "administrative", "dismissal"]
Component = Literal["own", "joint", "performance"]
ExaminationResult = Literal["passed", "failed", "absent", "incomplete"]
ConsentTo = Literal["public_list"]
"""What somebody may consent to: to be posted by name."""
ListMode = Literal["masked", "numbers", "counts"]
"""How a posted list shows people: by masked name, by staff number, or only how many they are."""
ErasureGround = Literal[
    "purpose_achieved", "service_ended", "consent_withdrawn", "unlawful_processing", "required_by_law"
]
"""Why a person's words are erased (個人信息保護法 art. 47); a closed list, so that no words stand in it."""

LADDER: Final[tuple[Level, ...]] = get_args(Level)
COMPONENTS: Final[tuple[Component, ...]] = get_args(Component)
RANKS: Final[dict[str, int]] = {level: rank for rank, level in enumerate(LADDER, start=1)}
"""Rank of an office (domain §1): department_head 1 … company 4; every other office 0."""
