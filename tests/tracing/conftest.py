"""The office in which every story of these tests is told."""

from tests.support.told_office import base, office_file

__all__ = ["base", "office_file"]
