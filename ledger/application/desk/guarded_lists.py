"""The public list through somebody's eyes: as it hangs on the wall, and no more, unless one sees the figures behind it."""

from ledger.access.classes import Grant
from ledger.application.desk.guarded import Guarded
from ledger.application.reading.look_base import Report
from ledger.state.public_lists import posted_list

_PEOPLE = ("removed", "lowered", "added")


class GuardedLists(Guarded):
    """The lists of a month, for one person."""

    def of_month(self, name: str, month: str, site: str | None = None) -> list[Report]:
        """Of the public list whoever is named on the wall, as it says; of it and any other report one's own to see.

        Rows that name nobody, such as sums of a department, are for whoever sees all figures of the site.
        """
        where = self.site(site)
        rows = super().of_month(name, month, where)
        whole = self.standing.at_site(where, "figures")
        grants = [self._of_month(row["employee"], month) if "employee" in row else whole for row in rows]
        if name != "public-list" or whole is Grant.WORDS:
            own = [row for row, grant in zip(rows, grants, strict=True) if grant is Grant.WORDS]
            self._listed(where, f"{name} {month}", own)
            return own
        wall = self._on_the_wall(month, where)
        found = [
            row if grant is Grant.WORDS else wall.get(row["employee"])
            for row, grant in zip(rows, grants, strict=True)
        ]
        seen = [row for row in found if row is not None]
        self._listed(where, f"{name} {month}", (row for row in seen if row["employee"] not in wall))
        return seen

    def _on_the_wall(self, month: str, site: str) -> dict[str, Report]:
        """The rows of the list that hangs, or would where none was posted, by whom they name."""
        list_ = self.posted_list(month, site)
        if list_["position"] is None:
            list_ = self.list_to_post(month, site)
        return {row["employee"]: row for row in list_["rows"]}

    def posted_list(self, month: str, site: str | None = None) -> Report:
        """The list as it hangs on the wall; who stands there no more, or never did, for whoever sees their figures."""
        where = self.site(site)
        found = super().posted_list(month, where)
        hung = posted_list(self.head, where, month)  # today: no looking back hangs it up again
        if hung is not None and hung.taken_down is not None:
            rows = [row for row in found["rows"] if self._of_month(row["employee"], month) is Grant.WORDS]
            self._listed(where, f"public-list {month}", rows)
            return {**found, "rows": rows, "corrections": []}
        if found["mode"] != "counts":
            return found
        if self.standing.at_site(where, "figures") is Grant.WORDS:
            if found["corrections"]:
                self._note("figures", f"site:{where}", f"public-list {month}")
            return found
        unnamed = [{**each, **{part: [] for part in _PEOPLE}} for each in found["corrections"]]
        return {**found, "corrections": unnamed}

    def list_to_post(self, month: str, site: str | None = None) -> Report:
        """The draft, which shows no more than what would hang on the wall."""
        return super().list_to_post(month, site)
