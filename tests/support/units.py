"""Events as a unit of the log takes them, for tests that stand below the counter."""

from datetime import datetime

from ledger.events import Recorded
from ledger.events.sites import SiteRegistered, site_stream
from tests.support import office


def a_site(position: int, site: str | None = None, at: datetime = office.NOW) -> Recorded:
    """The registration of a site."""
    name = site or f"S{position}"
    event = SiteRegistered(site=name, name="管理處", timezone="Asia/Shanghai")
    return Recorded(
        position, site_stream(name), 1, at, "typist", f"{position:064d}", f"site:{name}", 0, event
    )
