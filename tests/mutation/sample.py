"""The folder beside the tree in which a mutation run keeps what it knows: the copy, the reach, the sample, the outcomes."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant, count_mutants, mutants_of

ROOMS = ("ledger/reckoning", "ledger/aggregates")


@dataclass(frozen=True)
class Beside:
    """The folder of one run."""

    folder: Path

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    def reach(self) -> dict[str, Any]:
        """Test → its seconds and the lines it runs through."""
        reach: dict[str, Any] = json.loads((self.folder / "reach.json").read_text("utf-8"))
        return reach

    def outcomes(self) -> dict[str, str]:
        """Mutant → what became of it; the last outcome counts."""
        file = self.folder / "outcomes.jsonl"
        rows = map(json.loads, file.read_text("utf-8").splitlines()) if file.exists() else ()
        return {row["mutant"]: row["outcome"] for row in rows}

    def write(self, mutant: Mutant, outcome: str, by: str) -> None:
        """Adds an outcome, and the test that noticed."""
        row = {"mutant": str(mutant), "outcome": outcome, "by": by}
        with (self.folder / "outcomes.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    def ask(self, number: int | None, seed: int, only: str, enough: float = 90) -> None:
        """Says which mutants the run is about, and how many seconds of tests each is worth."""
        asked = {"sample": number, "seed": seed, "only": only, "enough": enough}
        (self.folder / "asked.json").write_text(json.dumps(asked), "utf-8")

    def enough(self) -> float:
        """So many seconds of the tests that reach a mutant are run, measured when nothing was wrong."""
        return float(self._asked()["enough"])

    def _asked(self) -> dict[str, Any]:
        asked: dict[str, Any] = json.loads((self.folder / "asked.json").read_text("utf-8"))
        return asked

    def sample(self, tree: Path) -> list[Mutant]:
        """Every mutant as likely as any other, in the order drawn by the seed."""
        asked = self._asked()
        paths = sorted(
            str(file.relative_to(tree))
            for room in ROOMS
            for file in (tree / room).rglob("*.py")
            if asked["only"] in str(file.relative_to(tree))
        )
        every = [(path, number) for path in paths for number in range(count_mutants(tree, path))]
        size = len(every) if asked["sample"] is None else min(asked["sample"], len(every))
        drawn = random.Random(asked["seed"]).sample(every, size)
        wanted: defaultdict[str, list[int]] = defaultdict(list)
        for path, number in drawn:
            wanted[path].append(number)
        found = {
            (path, number): mutant
            for path in wanted
            for number, mutant in zip(sorted(wanted[path]), mutants_of(tree, path, wanted[path]), strict=True)
        }
        return [found[each] for each in drawn]


def tests_of(mutant: Mutant, reach: dict[str, Any], enough: float) -> list[str]:
    """The tests that run through the mutant's statement, fastest first; for what runs at import, through its file."""
    through, beside = [], []
    statement = set(range(mutant.first, mutant.last + 1))
    for test, known in reach.items():
        lines = {line for path, line in known["lines"] if path == mutant.path}
        if lines & statement:
            through.append(test)
        elif lines:
            beside.append(test)
    seconds, kept = 0.0, []
    for test in sorted(through or beside, key=lambda test: reach[test]["seconds"]):
        seconds += reach[test]["seconds"]
        if kept and seconds > enough:
            break
        kept.append(test)
    return kept
