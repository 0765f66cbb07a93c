"""Rules tried by programs: answered at once, or where it takes longer at an address of its own."""

import re
from typing import Any, Final

from starlette.responses import Response

from ledger.application.child_process import LostError
from ledger.application.policy_documents import read as read_document
from ledger.errors import InputError, Unknown
from web.api.door import Asked
from web.api.problems import ProblemError
from web.api.routes import ROOT, act
from web.ask import as_printed
from web.child_tasks import DeskAddress, PolicyReport
from web.jobs import PATIENCE, Job

_NAME: Final = "what-if"
_KIND: Final = "trial by program"
_DOCUMENT: Final[dict[str, Any]] = {
    "application/toml": {"type": "string"},
    "application/json": {"type": "object"},
}
_LARGEST: Final = 256 * 1024
"""As large as the page where rules are tried takes them."""
_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@act(
    "POST",
    "/policy/trials",
    _NAME,
    answers={200: "Report", 202: "Trial"},
    body=_DOCUMENT,
    largest=_LARGEST,
    asks=("site", "month", "through"),
)
def attempt(asked: Asked, body: bytes) -> Response:
    """Tries a policy on the months there were: what `kaoji what-if --policy` prints; 202 says where it is told later."""
    asked.require_name(_NAME)
    standing, site = asked.desk.standing(), asked.query("site")
    asked.require_site(site or standing.site)
    asked.desk.review.require_trial(site)
    read_document(body)  # which says what is wrong with it
    month, through = _month(asked, "month"), _month(asked, "through")
    trial = PolicyReport(DeskAddress.of(asked.desk), body, site, month, through)
    job = asked.console.jobs.begin(_KIND, asked.caller.person, {}, trial)
    if job is None:
        raise ProblemError("trials_wait")
    return _told(job)


@act("GET", "/policy/trials/{trial}", _NAME, answers={200: "Report", 202: "Trial"})
def outcome(asked: Asked, body: bytes) -> Response:
    """What came of a trial, or how far it is, for whoever began it."""
    asked.require_name(_NAME)
    job = asked.console.jobs.of(_KIND, asked.part("trial"), asked.caller.person, PATIENCE / 4)
    if job is None:
        raise Unknown("nothing_of_that_id", id=asked.part("trial")[:40], choices="")
    return _told(job)


def _told(job: Job) -> Response:
    media = "application/json; charset=utf-8"
    if job.is_done_within(0):
        try:
            return Response(as_printed(job.answer()), 200, {"Cache-Control": "no-store"}, media)
        except LostError:
            raise ProblemError("trial_ended") from None
    found = {"trial": job.name, "done": job.done, "total": job.total}
    headers = {
        "Location": f"{ROOT}/policy/trials/{job.name}",
        "Retry-After": "2",
        "Cache-Control": "no-store",
    }
    return Response(as_printed(found), 202, headers, media)


def _month(asked: Asked, name: str) -> str | None:
    """A month of the address. InputError `field_wrong`."""
    given = asked.query(name)
    if given is not None and _MONTH.fullmatch(given) is None:
        raise InputError("field_wrong", field=name, value=given[:40], reason="YYYY-MM").at(field=name)
    return given
