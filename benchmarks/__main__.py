"""Every benchmark in one command: `python -m benchmarks`. Prints a table; 1 where a goal is missed or a part fails.

python -m benchmarks                               # everything, in sizes that take some minutes
python -m benchmarks --only record writers         # some parts
python -m benchmarks --only web --small            # tried in a minute, where a part has sizes for that
python -m benchmarks --full                        # up to 2,000,000 events and the whole real log
python -m benchmarks --write docs/performance.md --json results.json
"""

import argparse
import compileall
import importlib
import os
import pkgutil
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, Final

import benchmarks
from benchmarks import machine, page
from benchmarks.frame import RUNS, Line, Stage, say
from benchmarks.places import Server

ORDER: Final = (
    "record",
    "apply",
    "writers",
    "rebuild",
    "incremental",
    "tracing",
    "verify",
    "shell",
    "real",
    "baselines",
    "anchors",
)
"""The parts that are told first; any other module here with a `measure` follows them."""


def main() -> int:
    """Runs what was asked for, one part after another; prints each part, and writes it, as soon as it is there."""
    options = _options()
    names = _names(options.only)
    compiled()
    base = Path(tempfile.mkdtemp(prefix="kaoji-benchmark-", dir=options.dir))
    server = Server()
    stage = Stage(base, options.kept, server, options.real, options.full, max(options.runs, 1), options.small)
    asked = {"full": stage.full, "small": stage.small, "runs": stage.runs, "only": options.only}
    sections: list[page.Section] = []
    try:
        described = machine.described(base, server.version())
        print("\n".join(f"{name:12}{value}" for name, value in described.items()))
        for name in names:
            section = _run(name, stage)
            if section is None:
                continue
            sections.append(section)
            if options.write is not None:
                page.write(options.write, described, [section])
            if options.json is not None:
                page.write_json(options.json, page.values(described, sections, asked))
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
    return int(any(section.failure or any(line.missed for line in section.lines) for section in sections))


def compiled(root: Path = Path(__file__).parents[1]) -> None:
    """Compiles the product's modules, as where it is installed: else each process that is started may, each time."""
    for room in ("ledger", "cli", "web"):
        compileall.compile_dir(root / room, quiet=2)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    temporary = Path(tempfile.gettempdir())
    kept = temporary / "kaoji-benchmarks"
    real = Path(os.environ.get("KAOJI_REAL_LOG", "../shared/realdata/discipline_2000_2016.csv.gz"))
    parser.add_argument("--only", nargs="+", default=[], metavar="PART", help="run these parts only")
    parser.add_argument("--full", action="store_true", help="the large sizes too; takes long")
    parser.add_argument("--small", action="store_true", help="sizes to try a part with, where it has such")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"times everything is measured [{RUNS}]")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every single measurement into a file")
    parser.add_argument("--dir", type=Path, default=temporary, help=f"where databases are made [{temporary}]")
    parser.add_argument("--kept", type=Path, default=kept, help=f"where large ledgers are kept [{kept}]")
    parser.add_argument("--real", type=Path, default=real, metavar="CSV", help="the real log")
    return parser.parse_args()


def _names(only: list[str]) -> list[str]:
    """The parts asked for, in their order."""
    names = [found.name for found in pkgutil.iter_modules(benchmarks.__path__) if found.name != "__main__"]
    unknown = set(only) - set(names)
    if unknown:
        raise SystemExit(f"unknown part: {', '.join(sorted(unknown))}")
    names.sort(key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    return [name for name in names if not only or name in only]


def _run(name: str, stage: Stage) -> page.Section | None:
    """Runs one part and prints it; how it fails is said in it, and the others go on. None: no part, a helper."""
    section = page.Section(name, name)
    begun = time.perf_counter()
    try:
        module = importlib.import_module(f"benchmarks.{name}")
        if not hasattr(module, "measure"):
            return None
        say(f"{name} …")
        section.title = module.TITLE
        for found in module.measure(stage):
            into: list[Any] = section.lines if isinstance(found, Line) else section.sentences
            into.append(found)
    except ModuleNotFoundError as error:
        section.failure = f"{error}; pip install -c constraints.txt --group dev --group benchmarks"
    except Exception:
        section.failure = traceback.format_exc()
    section.seconds = time.perf_counter() - begun
    print(page.text(section), flush=True)
    return section


if __name__ == "__main__":
    sys.exit(main())
