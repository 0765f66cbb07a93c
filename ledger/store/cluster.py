"""Workers on other machines: a cluster of dask's, as one more executor. Nothing else here knows dask (extra `[cluster]`).

A cluster does a task again, on another worker, where one was lost: so no task records anything. Whoever reaches the
scheduler can run what they like on every worker: it belongs into a net that nobody else is in.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from ledger.errors import InputError, StoreError
from ledger.store.workers import Pool

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_S: Final = 10


@contextmanager
def cluster(address: str) -> Iterator[Pool]:
    """The workers of the scheduler at `HOST:PORT`.

    InputError `cluster_missing` without the library; StoreError `cluster_away`, `cluster_empty`.
    """
    client = _client(address)
    try:
        workers = len(client.nthreads())
        if not workers:
            raise StoreError("cluster_empty", address=address)
        executor = client.get_executor(pure=False)
        yield Pool(executor, workers, helps=False, is_there=lambda: _is_there(client))
    finally:
        with suppress(Exception):  # the answers are here; how it ends is nobody's question
            client.close(timeout=PATIENCE_S)


def _client(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError:
        raise InputError("cluster_missing") from None
    for library in ("distributed", "tornado.application"):  # what was lost is told by whoever asked
        logging.getLogger(library).setLevel(logging.CRITICAL)
    try:
        return Client(f"tcp://{address}", timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StoreError("cluster_away", address=address, reason=" ".join(str(error).split())) from None


def _is_there(client: "Client") -> bool:
    """Whether a worker is left that may still answer."""
    try:
        return client.status == "running" and bool(client.nthreads())
    except Exception:  # whatever the library says then
        return False
