"""The ledger's signing key: which public keys there are, and how it is replaced, which nobody does from here."""

from starlette.responses import Response

from web.ask import Ask
from web.routes import get


@get("/keys")
def keys(ask: Ask) -> Response:
    """Every public key, the newest first, with how long it signs; and how whoever keeps the server replaces it.

    The private half lies beside the ledger and never leaves that machine: a password in a browser must not be able to
    exchange what everything here is proven with.
    """
    return ask.page("keys", keys=ask.desk.proofs.keys(), position=ask.desk.position())
