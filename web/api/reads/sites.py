"""Sites, what waits at them, and what is known of them as a whole."""

from typing import Any

from ledger.application.reading.look import Look
from web.api.door import Asked
from web.api.routes import read


@read("/sites", "sites", "site list", by="log", everywhere=True)
def sites(asked: Asked, look: Look) -> Any:
    """The sites that may be known."""
    found, scopes = look.sites(), asked.caller.scopes
    return [row for row in found if not scopes.is_narrowed or row["site"] in scopes.sites]


@read("/sites/{site}/people", "people", "employee list --site {site}", by="log")
def people(asked: Asked, look: Look) -> Any:
    """Everybody of a site, as far as the directory is one's to see."""
    return look.employees(asked.site)


@read("/sites/{site}/notices", "notices", "notice list --site {site}")
def notices(asked: Asked, look: Look) -> Any:
    """The notices of a site that are one's to know."""
    return look.notices(None, asked.site)


@read("/sites/{site}/actions", "actions", "report actions --site {site}")
def actions(asked: Asked, look: Look) -> Any:
    """Corrective and preventive actions: where each stands, whether it worked, and what opened it again."""
    return look.actions(False, asked.site)


@read("/sites/{site}/checklist", "checklist", "report checklist --site {site}", asks=("area",))
def checklist(asked: Asked, look: Look) -> Any:
    """The clauses in force: what is counted of each, and when somebody looked at it last."""
    return look.checklist(asked.query("area"), asked.site)


@read("/sites/{site}/examinations", "examinations", "report examinations --site {site}", asks=("employee",))
def examinations(asked: Asked, look: Look) -> Any:
    """Declared results of examinations, and which of them stands after retakes."""
    return look.examinations(asked.query("employee"), asked.site)


@read("/due", "due", "due", asks=("site",))
def due(asked: Asked, look: Look) -> Any:
    """Everything that waits for somebody, with its deadline and the days left."""
    return look.due(asked.query("site"))


@read("/appeals", "appeals", "report appeals", asks=("site",))
def appeals(asked: Asked, look: Look) -> Any:
    """The docket: against what, who reviews, where it stands, when it is due."""
    return look.appeals(asked.query("site"))
