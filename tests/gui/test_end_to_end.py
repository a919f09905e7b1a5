"""The desktop client without its views, against a real broker and server."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.composition import Composition

from tests.gui.desk import WAIT_MS, becomes, enter, open_room, says, shows, texts
from tests.gui.fakes import rows
from tests.support.realm import Person, Realm


def test_two_people_talk(program: Composition, ada: Person, qtbot: QtBot) -> None:
    ada.does("send", "general", "welcome @maja")
    session = enter(program, qtbot)
    shows(qtbot, session, "welcome @maja")
    says(session, "thank **you**")
    shows(qtbot, session, "welcome @maja", "thank you")
    assert "thank **you**" in ada.does("history", "general")
    ada.does("send", "general", "any time")
    shows(qtbot, session, "welcome @maja", "thank you", "any time")
    qtbot.waitUntil(lambda: open_room(session).completeText != "", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: session.latency.known, timeout=WAIT_MS)


def test_a_name_that_is_taken(program: Composition, ada: Person, qtbot: QtBot) -> None:
    program.entrance.setProperty("name", Path(ada.home).name)
    program.entrance.connectNow()
    qtbot.waitUntil(lambda: program.entrance.error != "", timeout=WAIT_MS)
    assert program.app.page == "connect"
    assert program.entrance.canConnect


def test_what_is_sent_while_the_server_is_dead_arrives_once(
    program: Composition, realm: Realm, ada: Person, qtbot: QtBot
) -> None:
    session = enter(program, qtbot)
    realm.kill("server")
    qtbot.waitUntil(lambda: session.connection != "live", timeout=WAIT_MS)
    says(session, "one")
    says(session, "two")
    shows(qtbot, session, "one", "two")
    becomes(qtbot, lambda: session.connection, "live")
    shown = [line.rsplit(" ", 1)[-1] for line in ada.does("history", "general").splitlines()]
    assert shown == ["one", "two"]


def test_history_comes_page_by_page(program: Composition, ada: Person, qtbot: QtBot) -> None:
    lines = "\n".join(str(number) for number in range(250))
    ada.does("send", "general", "-", text=lines)
    session = enter(program, qtbot)
    timeline = open_room(session).timeline
    assert texts(session) == [str(number) for number in range(150, 250)]
    while not timeline.whole:
        before = timeline.rowCount()
        timeline.loadOlder()
        qtbot.waitUntil(lambda: timeline.rowCount() > before, timeout=WAIT_MS)  # noqa: B023
    assert texts(session) == [str(number) for number in range(250)]


def test_unread_mentions_elsewhere(program: Composition, ada: Person, qtbot: QtBot) -> None:
    session = enter(program, qtbot)
    session.createRoom("art", False, "pictures")
    qtbot.waitUntil(lambda: open_room(session).name == "art", timeout=WAIT_MS)
    ada.does("send", "general", "where is @maja?")
    qtbot.waitUntil(lambda: session.mentions == 1, timeout=WAIT_MS)
    assert rows(session.rooms, "name", "unread", "mentions") == [("art", 0, 0), ("general", 1, 1)]
    session.openRoom("general")
    assert session.mentions == 0
    shows(qtbot, session, "where is @maja?")


def test_a_second_start_goes_on_where_the_first_was(
    program: Composition, ada: Person, qtbot: QtBot, tmp_path: Path
) -> None:
    session = enter(program, qtbot)
    says(session, "before")
    shows(qtbot, session, "before")
    open_room(session).composer.setProperty("text", "half a thou")
    program.close()
    ada.does("send", "general", "meanwhile")
    store = QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)
    again = Composition(lambda: None, store)
    try:
        again.app.start(again.settings.servers)
        second = again.app.session
        assert second is not None
        qtbot.waitUntil(lambda: second.room is not None, timeout=WAIT_MS)
        shows(qtbot, second, "before", "meanwhile")
        assert open_room(second).composer.text == "half a thou"
    finally:
        again.close()
