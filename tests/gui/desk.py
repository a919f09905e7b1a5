"""What a person does at the desktop client, and what they see, without its views."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot
from zmqchat_gui.app.composition import Composition
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.session import Session

from tests.gui.fakes import rows

WAIT_MS = 30_000


def enter(program: Composition, qtbot: QtBot) -> Session:
    """Types a name and clicks Connect."""
    program.entrance.setProperty("name", "maja")
    program.entrance.connectNow()
    qtbot.waitUntil(lambda: program.app.page == "chat", timeout=WAIT_MS)
    session = program.app.session
    assert session is not None
    qtbot.waitUntil(lambda: session.connection == "live", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: open_room(session).timeline.loaded, timeout=WAIT_MS)
    return session


def open_room(session: Session) -> Room:
    room = session.room
    assert room is not None
    return room


def says(session: Session, text: str) -> None:
    composer = open_room(session).composer
    composer.setProperty("text", text)
    composer.send()


def texts(session: Session) -> list[str]:
    """What the open room shows, oldest first."""
    shown = rows(open_room(session).timeline, "kind", "plain", "delivery")
    return [
        f"{text}{'' if sent == 'sent' else '*'}"
        for kind, text, sent in reversed(shown)
        if kind == "message"
    ]


def shows(qtbot: QtBot, session: Session, *expected: str) -> None:
    """Waits until the open room shows these messages; `*` marks one that is not sent."""

    def check() -> None:
        assert texts(session) == list(expected)

    qtbot.waitUntil(check, timeout=WAIT_MS)


def becomes(qtbot: QtBot, read: Callable[[], object], expected: object) -> None:
    """Waits until something is what it should be."""

    def check() -> None:
        assert read() == expected

    qtbot.waitUntil(check, timeout=WAIT_MS)
