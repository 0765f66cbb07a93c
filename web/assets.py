"""The console's own style and script, under names that say what is in them: a browser keeps them for good."""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.request_log import entry_of

FOLDER: Final = Path(__file__).parent / "static"
_NAMED: Final = re.compile(r"([a-z]+)\.([0-9a-f]{8})\.(css|js)")


@cache
def asset(name: str) -> str:
    """The address of a file of ours, such as `console.js`, with the beginning of its digest."""
    stem, _, ending = name.rpartition(".")
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:8]
    return f"/static/{stem}.{digest}.{ending}"


class Assets(StaticFiles):
    """Answers each file under its address; under the digest of an older build, with what there is now."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; what is asked for by its right digest never changes."""
        entry_of(scope).route = "/static/{file}"
        found = _NAMED.fullmatch(path)
        if found is None:
            return await super().get_response(path, scope)
        name = f"{found[1]}.{found[3]}"
        response = await super().get_response(name, scope)
        if asset(name) == f"/static/{path}":
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
