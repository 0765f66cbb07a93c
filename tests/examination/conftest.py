"""What the tests of this folder share."""

from tests.cli.test_policy import kaoji

__all__ = ["kaoji"]
