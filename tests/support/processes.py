"""Other processes that do not come: what a pool of workers is to bear."""

import os
from multiprocessing import resource_tracker

import pytest


def started_with(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are started with this program instead of Python; what watches over their semaphores is started first."""
    resource_tracker.ensure_running()
    monkeypatch.setattr("multiprocessing.spawn._python_exe", os.fsencode(program))
