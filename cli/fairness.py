"""What `kaoji report fairness` prints: how evenly clauses are applied."""

from typing import Any

from cli.render import print_line, print_table, print_title
from cli.settings import settings


def print_fairness(title: str, facts: dict[str, Any]) -> None:
    """The facts of `ledger.reports.fairness` as tables, each with its sample size."""
    labels = settings().labels()
    print_title(title)
    print_line(labels.say("sample", start=facts["from"], end=facts["to"], notices=facts["notices"]))
    spread = ["notices", "mean", "median", "lowest", "highest"]
    print_table(facts["clauses"], ["clause", *spread], right=spread, spare=["highest", "lowest"])
    for group, name in (("issuers", "issuer"), ("departments", "department")):
        far = [
            {"clause": clause["clause"], "clause_mean": clause["mean"], **member}
            for clause in facts["clauses"]
            for member in clause[group]
            if member["far"]
        ]
        print_title(labels.say(f"far_{group}"))
        print_table(
            far, ["clause", name, "notices", "mean", "clause_mean"], right=["notices", "mean", "clause_mean"]
        )
    for group, name in (("issuers", "issuer"), ("reviewers", "reviewer")):
        print_title(labels.say(f"reversals_{group}"))
        numbers = ["decided", "reversed", "rate"]
        print_table(facts["reversals"][group], [name, *numbers], right=numbers)
    print_title(labels.say("after_appeal"))
    columns = ["notice", "employee", "issuer", "issued_on", "appeal", "filed_on", "days"]
    print_table(facts["after_appeal"], columns, right=["days"], spare=["issued_on", "filed_on"])
