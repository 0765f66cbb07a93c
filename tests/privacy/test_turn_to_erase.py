"""The turn that an erasure has on a server until its key is gone: it may be lost, and may be somebody else's."""

from typing import Any

import pytest

from ledger.errors import StoreError
from ledger.store import locks
from ledger.store.keyring import Keyring
from ledger.store.sql import fetch_all
from ledger.store.transactions import query_connection
from tests.privacy import scene
from tests.support import office
from tests.support.story import opened

ENDED = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def test_an_erasure_whose_turn_the_server_ended_is_done_all_the_same(
    pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroy, ended = Keyring.destroy, list[Any]()

    def destroyed(keyring: Keyring, *whose: str) -> bool:
        with query_connection(keyring.engine) as connection:
            ended.extend(fetch_all(connection, ENDED))
        return destroy(keyring, *whose)

    monkeypatch.setattr(Keyring, "destroy", destroyed)
    with opened(pg_url) as ledger:
        ledger.record.apply(office.lines(scene.life()))
        assert scene.erase(ledger).events != []
        assert ended == [(True,)]
        assert ledger.proofs.verify().faults == []


def test_a_turn_that_somebody_keeps_is_waited_for_for_a_while_only(
    pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LIMIT_S", 4)
    monkeypatch.setattr(locks, "LOOK_AFTER_S", 0.3)
    with opened(pg_url) as ledger, opened(pg_url) as other:
        ledger.record.apply(office.lines(scene.life()))
        position = ledger.log.position()
        with other.log.keyring.erasing(), pytest.raises(StoreError) as caught:
            scene.erase(ledger)
        assert (caught.value.code, ledger.log.position()) == ("database_blocked", position)
        assert scene.erase(ledger).events != []
