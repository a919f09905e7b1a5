"""One instance a person: a later start hands its link to the first, which comes to the front."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 1000
_MOST_BYTES = 4096
_MOST_CONNECTIONS = 16


def name_for(home: Path) -> str:
    """The socket's name: one for each home of profiles, so that another home has its own."""
    return f"zmqchat-gui-{blake2b(str(home.resolve()).encode(), digest_size=8).hexdigest()}"


def is_running(name: str) -> bool:
    """Whether another instance runs; it is told nothing."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    return socket.waitForConnected(_PATIENCE_MS)


def hand_over(name: str, link: str) -> bool:
    """Whether another instance runs; it is told to come to the front, and of the link if any."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    socket.write(link.encode()[:_MOST_BYTES] + b"\n")
    socket.waitForBytesWritten(_PATIENCE_MS)
    socket.disconnectFromServer()
    return True


class FirstInstance(QObject):
    """Hears from later starts. `opened` gets the link, or "" where there is none."""

    opened = Signal(str)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        QLocalServer.removeServer(name)  # of one that was killed
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        self._server.listen(name)
        self._sockets: list[QLocalSocket] = []

    def _connected(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._sockets.append(socket)
            socket.readyRead.connect(self._heard)
        self._heard()
        for silent in self._sockets[:-_MOST_CONNECTIONS]:
            self._let_go(silent)

    def _heard(self) -> None:
        """Lines of those who spoke; whoever did, or says too much, is let go of."""
        for socket in list(self._sockets):
            line = ""
            if socket.canReadLine():
                line = bytes(socket.readLine(_MOST_BYTES).data()).decode(errors="replace")
            elif socket.bytesAvailable() <= _MOST_BYTES and self._is_open(socket):
                continue
            self._let_go(socket)
            if line:
                self.opened.emit(line.strip())

    def _let_go(self, socket: QLocalSocket) -> None:
        self._sockets.remove(socket)
        socket.readyRead.disconnect(self._heard)
        socket.close()
        socket.deleteLater()

    @staticmethod
    def _is_open(socket: QLocalSocket) -> bool:
        return socket.state() == QLocalSocket.LocalSocketState.ConnectedState

    def close(self) -> None:
        """Another start is the first now."""
        self._server.close()
