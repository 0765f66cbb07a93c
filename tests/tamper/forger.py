"""Somebody who owns the database: changes what they like, and computes the tree anew where they want to hide it."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from ledger.proofs import Frontier, completed_tiles, tile_root
from ledger.proofs.entry import leaf_writer
from ledger.proofs.tiles import TILE_WIDTH
from ledger.store import registry_rows

NO_LEAF = bytes(32)


class Forger:
    """A connection to the bare file, past every guard."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.guards = self.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in self.guards:
            self.do(f"DROP TRIGGER {name}")

    def do(self, statement: str, *values: Any) -> None:
        self.connection.execute(statement, values)

    def all(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Any:
        return self.all(statement, *values)[0][0]

    def flip(self, table: str, column: str, where: str = "1") -> None:
        """One bit of a text, number or blob, in one row."""
        keys = [row[1] for row in self.all(f"PRAGMA table_info({table})") if row[5]]
        of_row = ", ".join(keys)
        query = f"SELECT {column}, {of_row} FROM {table} WHERE {where} ORDER BY {of_row} DESC LIMIT 1"
        value, *row = self.all(query)[0]
        self.do(
            f"UPDATE {table} SET {column} = ? WHERE {' AND '.join(f'{key} = ?' for key in keys)}",
            _flipped(value),
            *row,
        )

    def fact(self, position: int, change: Callable[[dict[str, Any]], None], whole: bool = False) -> None:
        """Changes what an event says."""
        state = orjson.loads(self.one("SELECT state FROM events WHERE position = ?", position))
        change(state if whole else state["fact"])
        self.do("UPDATE events SET state = ? WHERE position = ?", orjson.dumps(state), position)

    def position_of(self, kind: str) -> int:
        """The position of the last event of a kind."""
        return int(self.one("SELECT max(position) FROM events WHERE kind = ?", kind))

    def recompute(self) -> None:
        """Leaves, tiles, head and registries as they would be had everything been recorded as it stands now."""
        self._recompute_tree()
        with suppress(orjson.JSONDecodeError):  # of bytes that nobody can read nothing is registered
            self._recompute_registries()

    def _recompute_registries(self) -> None:
        rows = [
            (position, stream, kind, orjson.loads(state))
            for position, stream, kind, state in self.all(
                "SELECT position, stream, kind, state FROM events ORDER BY position"
            )
        ]
        for table in ("commands", "things", "closes", "supervised"):
            self.do(f"DELETE FROM {table}")
        plan = registry_rows.plan()
        for position, stream, kind, stored in rows:
            fact = stored["fact"]
            if stored["step"] == 0:
                values = (position, position, stored["command"], stored["subject"], stored["at"])
                self.do("INSERT INTO commands VALUES ('main', ?, ?, ?, ?, ?)", *values)
            else:
                newest = "(SELECT max(first_position) FROM commands)"
                self.do(f"UPDATE commands SET last_position = ? WHERE first_position = {newest}", position)
            if kind in plan.things:
                thing, name, site = plan.things[kind]
                values = (thing, fact[name], stream, None if site is None else fact[site], position)
                self.do("INSERT OR REPLACE INTO things VALUES ('main', ?, ?, ?, ?, ?)", *values)
            if kind == plan.closing:
                self.do("INSERT INTO closes VALUES ('main', ?, ?, ?)", fact["site"], fact["month"], position)
            if kind in plan.supervising and fact.get("supervisor") is not None:
                pair = (fact["supervisor"], fact["employee"], position)
                self.do("INSERT OR IGNORE INTO supervised VALUES ('main', ?, ?, ?)", *pair)

    def _recompute_tree(self) -> None:
        identity = self.one("SELECT identity FROM heads")
        people = dict(self.all("SELECT stream, subject FROM subjects"))
        leaf_of = leaf_writer(identity)
        leaves: list[bytes] = []
        for position, stream, version, kind, schema, state in self.all(
            "SELECT position, stream, version, kind, schema, state FROM events ORDER BY position"
        ):
            leaves += [NO_LEAF] * (position - len(leaves) - 1)
            leaves.append(leaf_of(position, stream, version, kind, schema, people.get(stream), state))
            self.do("UPDATE events SET leaf = ? WHERE position = ?", leaves[-1], position)
        self.do("DELETE FROM tiles")
        for tile in completed_tiles(0, len(leaves)):
            assert tile.level == 0
            hashes = b"".join(leaves[tile.index * TILE_WIDTH : (tile.index + 1) * TILE_WIDTH])
            row = (tile.level, tile.index, hashes, tile_root(hashes))
            self.do("INSERT INTO tiles VALUES ('main', ?, ?, ?, ?)", *row)
        frontier = Frontier().extend(leaves)
        last = self.one("SELECT state FROM events ORDER BY position DESC LIMIT 1")
        at = orjson.loads(last)["at"]
        self.do(
            "UPDATE heads SET position = ?, frontier = ?, recorded_at = ?", len(leaves), frontier.pack(), at
        )

    def close(self) -> None:
        """The guards are put back, so that nobody wonders."""
        for _, sql in self.guards:
            self.do(sql)
        self.connection.close()


def _flipped(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1] != "x" else "y")
    middle = len(value) // 2
    return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]
