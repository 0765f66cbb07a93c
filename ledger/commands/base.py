"""The shape all commands share."""

import hashlib
import json
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ledger.terms import Name, Omittable


class Command(BaseModel):
    """The shape all commands share. `key` tells two otherwise equal commands apart."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=False)

    subject: ClassVar[str]
    """What the command sets, as a template over its fields; two commands on one subject may undo each other."""

    do: str
    key: Omittable[Name] = None

    def content(self) -> dict[str, Any]:
        """The parsed command as JSON values: instants in UTC, omitted fields absent (an explicit null stays)."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def digest(self) -> str:
        """SHA-256 (hex) of the content in sorted, compact JSON: equal commands have equal digests."""
        text = json.dumps(self.content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def about(self) -> str:
        """The subject with its blanks filled in, such as `notice:N1`."""
        return self.subject.format(**{k: str(v) for k, v in self.__dict__.items()})
