"""Mutates `ledger/reckoning` and `ledger/aggregates`, a seeded sample or all, and tells which mutants no test notices.

    python -m tests.mutation --sample 150 --seed 13 --beside FOLDER

1. The tree is copied into FOLDER, once; nothing is changed where it is called.
2. The tests of `COVERING` run once there, and what each reaches is written down (`reach.json`).
3. Each mutant is put into a fork of one process that has collected them (`forked.py`); the tests that reach it run, the
   fastest first, until one fails. What runs at import is written into the copy and has a process of its own.
4. What became of each stands in `outcomes.jsonl`: `killed`, `timeout`, `survived` or `unreached`. A run that was
   interrupted goes on where it stood.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.mutation.mutants import Mutant
from tests.mutation.sample import ROOMS, Beside, tests_of

ROOT = Path(__file__).parents[2]
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
LIMIT_SECONDS = 900


def main() -> int:
    asked = _asked()
    beside = Beside(Path(asked.beside).resolve())
    if not beside.tree.exists():
        _copy(beside.tree)
    beside.ask(asked.sample, asked.seed, asked.only, asked.enough)
    known = beside.folder / "reach.json"
    tests = asked.covering or COVERING
    if not known.exists():
        said = {"KAOJI_MUTATED": ":".join(ROOMS), "KAOJI_REACH": str(known)}
        _pytest(beside.tree, ["-p", "tests.mutation.reach", *tests], said)
    _pytest(beside.tree, ["-p", "tests.mutation.forked", *tests], {"KAOJI_MUTANTS": str(beside.folder)})
    sample = beside.sample(beside.tree)
    for mutant in sample:
        if beside.outcomes().get(str(mutant)) == "import":
            beside.write(mutant, *_by_itself(mutant, beside))
    return _summary(beside, sample, asked.seed)


def _summary(beside: Beside, sample: list[Mutant], seed: int) -> int:
    """Prints the count, and every mutant that nobody noticed; 1 where there is one."""
    outcomes = beside.outcomes()
    counted = Counter(outcomes.get(str(mutant), "not tried") for mutant in sample)
    for mutant in sample:
        if (outcome := outcomes.get(str(mutant), "not tried")) not in ("killed", "timeout"):
            print(f"{outcome:9} {mutant}")
    noticed = counted["killed"] + counted["timeout"]
    print(f"seed {seed}: {dict(counted)}: {100 * noticed / counted.total():.1f} % noticed")
    return 0 if noticed == counted.total() else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--sample", type=int, help="how many mutants; without it all")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--beside", required=True, help="a folder outside the tree")
    parser.add_argument(
        "--enough", type=float, default=90, help="seconds of tests a mutant; the fastest are run first"
    )
    parser.add_argument("--only", default="", help="part of the path of the files to mutate")
    parser.add_argument("covering", nargs="*", help="the tests to run, instead of the ones chosen here")
    return parser.parse_args()


def _copy(to: Path) -> None:
    to.mkdir(parents=True)
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / name)


def _pytest(tree: Path, arguments: list[str], said: dict[str, str]) -> int | None:
    """The exit status; None where it did not end."""
    quiet = ["-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-n0", "-k", "not postgresql"]
    environment = os.environ | said | {"PYTHONPATH": str(tree), "CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"KAOJI_LAW_EXAMPLES": environment.get("KAOJI_LAW_EXAMPLES", "20")}
    limit = LIMIT_SECONDS if arguments[0] == "-x" else None
    try:
        return subprocess.run(
            [sys.executable, "-m", "pytest", *quiet, *arguments],
            cwd=tree,
            env=environment,
            timeout=limit,
            stdout=subprocess.DEVNULL,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return None


def _by_itself(mutant: Mutant, beside: Beside) -> tuple[str, str]:
    """The outcome of a mutant that is written into the copy."""
    file, chosen = beside.tree / mutant.path, beside.folder / "chosen.txt"
    original = file.read_text("utf-8")
    file.write_text(mutant.source, "utf-8")
    chosen.write_text("\n".join(tests_of(mutant, beside.reach(), beside.enough())), "utf-8")
    try:
        status = _pytest(beside.tree, ["-x", f"@{chosen}"], {})
    finally:
        file.write_text(original, "utf-8")
    if status is None:
        return "timeout", ""
    return ("survived", "") if status == 0 else ("killed", "")


if __name__ == "__main__":
    sys.exit(main())
