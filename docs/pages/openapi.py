"""`openapi.json`: the description of the console's interface, as it is served."""

import json

from web.api.openapi import openapi as described


def openapi() -> str:
    """The document, laid out as it is served."""
    return json.dumps(described(), ensure_ascii=False, indent=2) + "\n"
