"""A wire between a ledger and its PostgreSQL server that is cut at the worst moment: around a COMMIT.

Whatever a client sends goes to the server until a unit that moved the head row sends its COMMIT. Then the wire is cut:
before the COMMIT is passed on, or after the server has answered it and before the client has heard.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy.engine import URL, make_url

Cut = Literal["before", "after"]

_MOVES_THE_HEAD = b"UPDATE heads SET"
_COMMIT = b"COMMIT"


class Proxy:
    """Listens on a port of its own. `cut` says where the next COMMIT is cut; it is None again once that has happened."""

    def __init__(self, server: URL, port: int = 0) -> None:
        self._server = server
        self.cut: Cut | None = None
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listening.getsockname()[1]
        self._open: list[socket.socket] = [self._listening]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """The server's URL by way of this wire."""
        url = self._server.set(
            host="127.0.0.1", port=self.port, query={"sslmode": "disable", "gssencmode": "disable"}
        )
        return url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Cuts every wire."""
        for each in self._open:
            _hang_up(each)

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = self._call()
            self._open += [client, server]
            threading.Thread(target=self._talk, args=(client, server), daemon=True).start()

    def _call(self) -> socket.socket:
        host = self._server.query.get("host", self._server.host)
        port = self._server.port or 5432
        if isinstance(host, str) and host.startswith("/"):
            wire = socket.socket(socket.AF_UNIX)
            wire.connect(f"{host}/.s.PGSQL.{port}")
            return wire
        return socket.create_connection((str(host), port))

    def _talk(self, client: socket.socket, server: socket.socket) -> None:
        """What the client says; what the server answers is passed on by a thread of its own, unless it is cut off."""
        deaf = threading.Event()
        answered = threading.Event()
        back = threading.Thread(target=_answer, args=(server, client, deaf, answered), daemon=True)
        back.start()
        moved = False
        with contextlib.suppress(OSError):
            while said := client.recv(65_536):
                moved = moved or _MOVES_THE_HEAD in said
                if self.cut is not None and moved and _COMMIT in said:
                    if self.cut == "after":
                        deaf.set()
                        server.sendall(said)
                        _pass_on(client, server, answered)
                    self.cut, self.cuts = None, self.cuts + 1
                    break
                server.sendall(said)
        _hang_up(client)
        _hang_up(server)


def _answer(
    server: socket.socket, client: socket.socket, deaf: threading.Event, answered: threading.Event
) -> None:
    with contextlib.suppress(OSError):
        while said := server.recv(65_536):
            if not deaf.is_set():
                client.sendall(said)
            elif _COMMIT in said:  # what was written with it is answered before
                answered.set()
                return


def _pass_on(client: socket.socket, server: socket.socket, answered: threading.Event) -> None:
    """What the client says behind its COMMIT, such as that this is all of it, until the server has answered that."""
    client.settimeout(0.1)
    while not answered.is_set():
        with contextlib.suppress(TimeoutError):
            server.sendall(client.recv(65_536))


def _hang_up(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()


@contextmanager
def cutting(server: str, port: int = 0) -> Iterator[Proxy]:
    """A wire to a server's database; where it is cut, another one may begin at the same port."""
    proxy = Proxy(make_url(server), port)
    try:
        yield proxy
    finally:
        proxy.close()
