"""A page's end of a WebSocket, as far as the tests need it (RFC 6455)."""

import base64
import contextlib
import json
import os
import random
import socket
from types import TracebackType
from typing import Any, Self

UNASKED = 20_000, 30_000  # ports below those that a system gives to whoever asks for any


def own_port() -> int:
    """Return a port that is free, and stays so between two uses: others ask for 8000 or any."""
    while True:
        port = random.randrange(*UNASKED)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Socket:
    """Connect to a server of this machine; read the messages that it sends."""

    def __init__(self, port: int, path: str, **headers: str) -> None:
        sent = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._file = self._socket.makefile("rb")
        status = self._file.readline().decode().strip()
        while self._file.readline().strip():
            pass
        if " 101 " not in status:
            self.__exit__(None, None, None)
            raise ConnectionRefusedError(status)

    def receive(self) -> Any:
        """Wait for the next message; give what its JSON says."""
        while True:
            kind, length = self._file.read(2)
            if length == 126:
                length = int.from_bytes(self._file.read(2))
            content = self._file.read(length)
            if kind & 15 == 1:  # text; the server's pings need no answer in a test
                return json.loads(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
        self._socket.close()
