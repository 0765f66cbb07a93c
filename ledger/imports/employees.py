"""Who works at a site, from a sheet: new people, changed placements, departures (finance §15; domain §1)."""

from datetime import date
from typing import Any, Final

from ledger.aggregates.employee_state import EmployeeState
from ledger.errors import InputError, LedgerError, Taken, WrongState
from ledger.imports.asked import Asked
from ledger.imports.known import Known, same_name
from ledger.imports.row_cells import RowCells
from ledger.imports.verdicts import RowVerdict, Values, Verdict
from ledger.texts import tidied

WANTED: Final = frozenset(("employee", "name", "department"))


def verdicts(rows: list[RowCells], known: Known, asked: Asked) -> list[RowVerdict]:
    """What each row comes to; a circle of supervisors within the sheet refuses every row of it."""
    said = [(row.employee(None, named=False), row.someone("supervisor")) for row in rows]
    above = {employee: supervisor for employee, supervisor in said if employee is not None}
    circles = _in_circles(above)
    found = []
    for row, (employee, supervisor) in zip(rows, said, strict=True):
        if employee in circles:
            row.fault(
                WrongState("supervisor_circle", employee=employee, supervisor=supervisor, on=asked.since),
                "supervisor",
            )
        found.append(_verdict(row, employee, supervisor, known, asked))
    return found


def order(found: list[RowVerdict]) -> list[RowVerdict]:
    """Supervisors before those they lead: whoever is named as one must be on record by then."""
    new = {row.id: row for row in found if row.id is not None and row.does == "register_employee"}
    placed: dict[int, RowVerdict] = {}
    for row in found:
        line = [row]
        while (lead := _lead_of(line[-1], new)) is not None and lead not in line:
            line.append(lead)
        placed |= {each.row.number: each for each in reversed(line) if each.row.number not in placed}
    return list(placed.values())


def _lead_of(row: RowVerdict, new: dict[str, RowVerdict]) -> RowVerdict | None:
    """The row of somebody's supervisor, where that is a new person too."""
    return new.get(str(row.commands[0].get("supervisor"))) if row.commands else None


def _in_circles(above: dict[str, str | None]) -> set[str]:
    """Everybody of the sheet who comes to lead themselves."""
    found: set[str] = set()
    for start in above:
        line: list[str] = []
        at: str | None = start
        while at is not None and at not in line:
            line.append(at)
            at = above.get(at)
        if at is not None:
            found.update(line[line.index(at) :])
    return found


def _verdict(
    row: RowCells, employee: str | None, supervisor: str | None, known: Known, asked: Asked
) -> RowVerdict:
    name, department = row.text("name", needed=True), row.text("department", needed=True)
    fields = {"name": name, "department": department, "post": row.text("post"), "supervisor": supervisor}
    start, departed = row.day("from"), row.day("departed")
    if row.errors or employee is None:
        return row.outcome(name=employee)
    by = {} if asked.by is None else {"by": asked.by}
    person = known.person(employee)
    if person is None:
        commands = _registered(row, employee, fields, start, known.site, by)
        verdict: Verdict = "new"
    else:
        commands = _changed(row, person, fields, known, by)
        verdict = "changes"
    gone = None if person is None else person.departed_on
    if departed is not None and gone != departed:
        if gone is not None:
            row.fault(WrongState("departed_otherwise", employee=employee, on=gone), "departed")
        commands.append({"do": "record_departure", "employee": employee, "on": departed.isoformat(), **by})
    return row.outcome(tuple(commands), employee, verdict if commands else "known")


def _registered(
    row: RowCells,
    employee: str,
    fields: dict[str, str | None],
    start: date | None,
    site: str,
    by: dict[str, str],
) -> list[Values]:
    """A person who is not on record yet, from the day in the row or that of --from."""
    first = start or row.asked.since
    if first is None:
        row.fault(InputError("cell_missing", field="from"), "from")
        return []
    said = {field: value for field, value in fields.items() if value is not None}
    command = {"do": "register_employee", "employee": employee, "site": site, **said}
    return [{**command, "from": first.isoformat(), **by}]


def _changed(
    row: RowCells, person: EmployeeState, fields: dict[str, str | None], known: Known, by: dict[str, str]
) -> list[Values]:
    """What the row says otherwise than is on record; a blank cell says nothing. It holds from --from on."""
    fault = _misplaced(person, known)
    if fault is not None:
        row.fault(fault, "employee")
        return []
    present: dict[str, Any] = {
        "name": known.name(person.employee, None),
        "department": person.departments.last(),
        "post": known.post(person.employee),
        "supervisor": person.supervisors.last(),
    }
    said = {
        field: value
        for field, value in fields.items()
        if value is not None and not _same(field, value, present[field])
    }
    if not said:
        return []
    if row.asked.since is None:
        row.fault(
            InputError("from_needed", employee=person.employee, sheet_fields=", ".join(said)), "employee"
        )
        return []
    start = row.asked.since.isoformat()
    return [{"do": "reassign_employee", "employee": person.employee, "from": start, **said, **by}]


def _misplaced(person: EmployeeState, known: Known) -> LedgerError | None:
    """Why a row of this site cannot be about somebody: they are erased, or of another one."""
    if person.erased_on is not None:
        return WrongState("erased", employee=person.employee, on=person.erased_on)
    if person.last_site != known.site:
        return Taken("employee_of_other_site", employee=person.employee, site=person.last_site)
    return None


def _same(field: str, said: str, present: str | None) -> bool:
    if present is None:
        return False
    return same_name(said, present) if field == "name" else tidied(said) == tidied(present)
