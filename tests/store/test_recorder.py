"""The recorder keeps the library's contract, by the library's own tests, on both databases."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from ledger.store.log import Log
from ledger.store.recorder import LogRecorder
from tests.support.conformance import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)


class RecorderOnARealDatabase:
    """Opens recorders on the test's fresh database and closes them afterwards. Streams have names, not UUIDs."""

    URL: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _on_a_fresh_database(self, request: pytest.FixtureRequest) -> Any:
        self.url = request.getfixturevalue(self.URL)
        self.logs: list[Log] = []
        yield
        for log in self.logs:
            log.close()

    def create_recorder(self) -> LogRecorder:
        log = Log(self.url)
        self.logs.append(log)
        log.create()
        return log.recorder

    def new_originator_id(self) -> str:
        return f"employee/{uuid4()}"


class ApplicationRecorderContract(RecorderOnARealDatabase, ApplicationRecorderTestCase[LogRecorder]):
    __test__ = False

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationRecorderOnSqlite(ApplicationRecorderContract):
    __test__ = True
    URL = "sqlite_url"


class TestApplicationRecorderOnPostgresql(ApplicationRecorderContract):
    __test__ = True
    URL = "pg_url"


class WithoutPositions(LogRecorder):
    """An aggregate recorder has no positions to return; in everything else its contract is ours."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class AggregateRecorderContract(RecorderOnARealDatabase, AggregateRecorderTestCase):
    __test__ = False

    def create_recorder(self) -> LogRecorder:
        recorder = super().create_recorder()
        return WithoutPositions(recorder.engine, recorder.ledger)


class TestAggregateRecorderOnSqlite(AggregateRecorderContract):
    __test__ = True
    URL = "sqlite_url"


class TestAggregateRecorderOnPostgresql(AggregateRecorderContract):
    __test__ = True
    URL = "pg_url"


class PositionsDoNotInterleaveContract(RecorderOnARealDatabase, NonInterleavingNotificationIDsBaseCase):
    """Writers in several threads: each one's events stay together, in order."""

    __test__ = False


class TestPositionsDoNotInterleaveOnSqlite(PositionsDoNotInterleaveContract):
    __test__ = True
    URL = "sqlite_url"


class TestPositionsDoNotInterleaveOnPostgresql(PositionsDoNotInterleaveContract):
    __test__ = True
    URL = "pg_url"
