"""The examples of docs/api.md are run as they stand, with curl, and what they show is what comes."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.client import program
from tests.web.served import Served

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


def steps() -> list[tuple[str, str]]:
    """Each `$` line of the page, with the output shown below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, flags=re.S | re.M):
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = step.partition("\n")
            found.append((command, shown))
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether what is shown is what is printed; `...` alone on a line is any number of lines."""
    parts = (re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.M))
    return re.fullmatch(".*".join(parts), printed, flags=re.S) is not None


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_examples_do_what_the_page_says(site: Served) -> None:
    client = program(site, "I02")
    director = program(site, "D01")
    assert len(steps()) >= 5
    for command, shown in steps():
        owner = client if "commands" in command else director
        token = owner.headers["Authorization"].removeprefix("Bearer ")
        known = {**os.environ, "TOKEN": token, "KAOJI": site.base, "no_proxy": "127.0.0.1"}
        done = subprocess.run(["bash", "-c", command], env=known, capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr
        assert matches(shown, done.stdout), f"{command}\n{done.stdout[:500]}"


def test_the_page_names_every_status_there_is() -> None:
    from web.api.problems import STATUSES

    rows = re.findall(r"^\| ([\d, ]+) \|", PAGE, flags=re.M)
    told = {int(number) for row in rows for number in row.split(", ")}
    assert set(STATUSES.values()) - {405, 500} <= told
