"""The months in which there is anything of a person: own, or borne for others as their supervisor."""

from ledger.state.ledger_state import LedgerState


def months_of(ledger_state: LedgerState, employee: str) -> list[str]:
    """They, sorted, each YYYY-MM."""
    found = set(ledger_state.facts(employee).touched)
    for below in ledger_state.supervised_by(employee):
        found |= {month for month in ledger_state.facts(below).touched if ledger_state.borne(employee, month)}
    return sorted(found)
