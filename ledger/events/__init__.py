"""What can happen: frozen models by subject, in a closed registry kind → class.

Importing this room fills the registry, so that every stored event can be read.
"""

from ledger.events.appeals import (
    AppealDecided,
    AppealEscalated,
    AppealEvent,
    AppealFiled,
    AppealMooted,
    AppealWithdrawn,
    RouteLevel,
)
from ledger.events.base import Event, Personal, Recorded, kinds, read_event, upcaster, write_fields
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeErased,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeRehired,
    employee_of,
    employee_stream,
)
from ledger.events.findings import ResponsibilityCleared, ResponsibilityFound
from ledger.events.hearings import HearingRecorded, UnionNoticeRecorded
from ledger.events.keys import NOTARY_STREAM, SigningKeyRotated
from ledger.events.months import MonthClosed, PayrollLine, RunLine, month_stream
from ledger.events.notices import (
    EvidenceFile,
    NoticeAcknowledged,
    NoticeCorrected,
    NoticeEvent,
    NoticeIssued,
    NoticeRectified,
    NoticeWithdrawn,
)
from ledger.events.offices import OfficeAppointed
from ledger.events.policies import POLICY_STREAM, PolicyAdopted
from ledger.events.remarks import NoticeRemarked, NoticeReplaced
from ledger.events.replies import AppealReplied
from ledger.events.rewards import RewardGranted, RewardWithdrawn
from ledger.events.sanctions import SanctionEvent, SanctionImposed, SanctionRevoked
from ledger.events.sites import SiteRegistered, site_stream
from ledger.events.trusted import trusted_kind
from ledger.events.wages import WageRecorded

__all__ = [
    "NOTARY_STREAM",
    "POLICY_STREAM",
    "AppealDecided",
    "AppealEscalated",
    "AppealEvent",
    "AppealFiled",
    "AppealMooted",
    "AppealReplied",
    "AppealWithdrawn",
    "DepartureCorrected",
    "EmployeeDeparted",
    "EmployeeErased",
    "EmployeeReassigned",
    "EmployeeRegistered",
    "EmployeeRehired",
    "Event",
    "EvidenceFile",
    "HearingRecorded",
    "MonthClosed",
    "NoticeAcknowledged",
    "NoticeCorrected",
    "NoticeEvent",
    "NoticeIssued",
    "NoticeRectified",
    "NoticeRemarked",
    "NoticeReplaced",
    "NoticeWithdrawn",
    "OfficeAppointed",
    "PayrollLine",
    "Personal",
    "PolicyAdopted",
    "Recorded",
    "ResponsibilityCleared",
    "ResponsibilityFound",
    "RewardGranted",
    "RewardWithdrawn",
    "RouteLevel",
    "RunLine",
    "SanctionEvent",
    "SanctionImposed",
    "SanctionRevoked",
    "SigningKeyRotated",
    "SiteRegistered",
    "UnionNoticeRecorded",
    "WageRecorded",
    "employee_of",
    "employee_stream",
    "kinds",
    "month_stream",
    "read_event",
    "site_stream",
    "trusted_kind",
    "upcaster",
    "write_fields",
]
