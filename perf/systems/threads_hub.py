"""`python -m perf.systems.threads_hub PORT`: a thread a client, one queue, one distributing thread.

The architecture that zmqchat grew from. Messages are behind their length in 4 bytes; everybody gets
everything. Neither encrypts nor stores.
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import sys
import threading

from perf.ports import HOST
from zmqchat.runtime.limits import raise_open_files

_LENGTH = 4


class _Hub:
    def __init__(self) -> None:
        self._queue: queue.Queue[bytes] = queue.Queue()
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._distribute, daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._clients.add(client)
        threading.Thread(target=self._read, args=(client,), daemon=True).start()

    def _read(self, client: socket.socket) -> None:
        with client, client.makefile("rb", 64 * 1024) as stream, contextlib.suppress(OSError):
            while head := stream.read(_LENGTH):
                self._queue.put(head + stream.read(int.from_bytes(head, "big")))
        with self._lock:
            self._clients.discard(client)

    def _distribute(self) -> None:
        while True:
            message = self._queue.get()
            with self._lock:
                clients = list(self._clients)
            for client in clients:
                with contextlib.suppress(OSError):
                    client.sendall(message)


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main(port: str) -> None:
    """Serves until stdin closes."""
    raise_open_files()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    hub = _Hub()
    with socket.create_server((HOST, int(port)), backlog=1024) as listener:
        print("ready", flush=True)
        while True:
            hub.serve(listener.accept()[0])


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(*sys.argv[1:])
