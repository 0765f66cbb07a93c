"""Mutates `ledger/reckoning` and `ledger/aggregates`, a seeded sample or all, and tells which mutants no test notices.

    python -m tests.mutation --sample 150 --seed 13 --beside FOLDER

1. The tree is copied into FOLDER, once; nothing is changed where it is called.
2. The tests of `COVERING` run once, and what each reaches is written down (`reach.json`, kept for the next time).
3. One mutant at a time is put into the copy; the tests that reach its statement run, the fastest first, until one fails.
4. The outcome of each is written to `outcomes.jsonl`: `killed`, `timeout`, `survived`, or `unreached`.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant, count_mutants, mutants_of

ROOT = Path(__file__).parents[2]
ROOMS = ("ledger/reckoning", "ledger/aggregates")
COVERING = tuple(
    f"tests/{room}"
    for room in (
        "reckoning",
        "cases",
        "refusals",
        "policy",
        "scenarios",
        "application",
        "examination",
        "laws",
    )
)
TREE = ("ledger", "cli", "web", "tests", "docs", "pyproject.toml", "README.md", "constraints.txt")
OUT_OF_SUITE_SECONDS = 240
"""How long the tests of one mutant took, all together, when nothing was wrong; slower ones are left out."""
LIMIT_SECONDS = 600
"""A mutant that runs longer never ends."""


def main() -> int:
    asked = _asked()
    beside = Path(asked.beside).resolve()
    copied = beside / "tree"
    if not copied.exists():
        _copy(copied)
    reach = _reach(copied, beside / "reach.json", asked.covering or COVERING)
    chosen = _sample(copied, asked)
    done = _done(beside / "outcomes.jsonl")
    for mutant in chosen:
        if str(mutant) not in done:
            outcome, by = _outcome(mutant, copied, reach)
            done[str(mutant)] = outcome
            _write(beside / "outcomes.jsonl", mutant, outcome, by)
            print(f"{outcome:9} {mutant}", flush=True)
    counted = Counter(done[str(mutant)] for mutant in chosen)
    noticed = counted["killed"] + counted["timeout"]
    print(f"seed {asked.seed}: {dict(counted)}; {100 * noticed / counted.total():.1f} % noticed")
    return 0 if noticed == counted.total() else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--sample", type=int, help="how many mutants; without it all")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--beside", required=True, help="a folder outside the tree")
    parser.add_argument("--only", default="", help="part of the path of the files to mutate")
    parser.add_argument("covering", nargs="*", help="the tests to run, instead of the ones chosen here")
    return parser.parse_args()


def _sample(tree: Path, asked: argparse.Namespace) -> list[Mutant]:
    """Every mutant as likely as any other."""
    paths = sorted(
        str(file.relative_to(tree))
        for room in ROOMS
        for file in (tree / room).rglob("*.py")
        if asked.only in str(file.relative_to(tree))
    )
    every = [(path, number) for path in paths for number in range(count_mutants(tree, path))]
    number = len(every) if asked.sample is None else min(asked.sample, len(every))
    drawn = random.Random(asked.seed).sample(every, number)
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for path, number in drawn:
        wanted[path].append(number)
    return [mutant for path in wanted for mutant in mutants_of(tree, path, wanted[path])]


def _copy(to: Path) -> None:
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to / name)


def _reach(tree: Path, kept: Path, covering: tuple[str, ...]) -> dict[str, Any]:
    if not kept.exists():
        said = {"KAOJI_MUTATED": ":".join(ROOMS), "KAOJI_REACH": str(kept)}
        _pytest(tree, ["-p", "tests.mutation.reach", "-k", "not postgresql", *covering], None, said)
    reach: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return reach


def _pytest(tree: Path, arguments: list[str], limit: int | None, said: dict[str, str]) -> str | None:
    """The first test that failed; empty where none did, None where it did not end."""
    quiet = ["-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-n0"]
    environment = os.environ | said | {"PYTHONPATH": str(tree), "CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"KAOJI_LAW_EXAMPLES": environment.get("KAOJI_LAW_EXAMPLES", "20")}
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *quiet, *arguments],
            cwd=tree,
            env=environment,
            timeout=limit,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if ran.returncode == 0:
        return ""
    failed = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else f"exit {ran.returncode}"


def _outcome(mutant: Mutant, tree: Path, reach: dict[str, Any]) -> tuple[str, str]:
    tests = _tests_of(mutant, reach)
    if not tests:
        return "unreached", ""
    file, chosen = tree / mutant.path, tree / "chosen.txt"
    original = file.read_text("utf-8")
    file.write_text(mutant.source, "utf-8")
    chosen.write_text("\n".join(tests), "utf-8")
    try:
        failed = _pytest(tree, ["-x", f"@{chosen}"], LIMIT_SECONDS, {})
    finally:
        file.write_text(original, "utf-8")
    if failed is None:
        return "timeout", ""
    return ("killed", failed) if failed else ("survived", "")


def _tests_of(mutant: Mutant, reach: dict[str, Any]) -> list[str]:
    """The tests that run through the mutant's statement, fastest first; for what runs at import, through its file."""
    through, beside = [], []
    for test, known in reach.items():
        lines = {line for path, line in known["lines"] if path == mutant.path}
        if lines & set(range(mutant.first, mutant.last + 1)):
            through.append(test)
        elif lines:
            beside.append(test)
    chosen = sorted(through or beside, key=lambda test: reach[test]["seconds"])
    seconds, kept = 0.0, []
    for test in chosen:
        seconds += reach[test]["seconds"]
        if seconds > OUT_OF_SUITE_SECONDS:
            break
        kept.append(test)
    return kept


def _done(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    told = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return {row["mutant"]: row["outcome"] for row in told}


def _write(file: Path, mutant: Mutant, outcome: str, by: str) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(
            json.dumps({"mutant": str(mutant), "outcome": outcome, "by": by}, ensure_ascii=False) + "\n"
        )


if __name__ == "__main__":
    sys.exit(main())
