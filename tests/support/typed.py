"""Command lines as they are typed, as far as several tests begin alike."""

from typing import Final

ISSUE_NOTICE: Final = ("notice", "issue", "--employee", "E001", "--clause", "FD-01")
