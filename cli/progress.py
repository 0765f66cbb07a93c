"""How far something long is, on a terminal only."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = Callable[[int, int], None]
"""Called with how much is done, of how much."""


@contextmanager
def progress(worth: int = 0) -> Iterator[Progress | None]:
    """A bar on stderr, where there is more than `worth` to do and somebody looks; else None."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        tasks: list[Any] = []

        def shown(done: int, all_: int) -> None:
            if all_ > worth:
                if not tasks:
                    tasks.append(bar.add_task("", total=all_))
                bar.update(tasks[0], completed=done, total=all_)

        yield shown
