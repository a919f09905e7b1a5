"""A client lives as long as its session, and everything of it ends on the window's thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.composition import Composition
from zmqchat_gui.bridge.client import Client

from tests.gui.desk import WAIT_MS, enter, says, shows
from tests.support.realm import Person


def test_a_closed_server_leaves_no_client_behind(
    program: Composition, ada: Person, qtbot: QtBot
) -> None:
    session = enter(program, qtbot)
    (client,) = program.findChildren(Client)
    ended: list[int] = []
    everything = [client, session, *session.findChildren(QObject)]
    for each in everything:
        each.destroyed.connect(
            lambda: ended.append(threading.get_ident()), Qt.ConnectionType.DirectConnection
        )
    says(session, "hello")
    shows(qtbot, session, "hello")
    many = len(everything)
    label = program.settings.servers[0]
    del each, everything, client, session
    program.app.closeServer(label)
    qtbot.waitUntil(lambda: not program.findChildren(Client), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(ended) >= many, timeout=WAIT_MS)
    assert set(ended) == {threading.get_ident()}
    program.app.show(label)
    qtbot.waitUntil(lambda: len(program.findChildren(Client)) == 1, timeout=WAIT_MS)
