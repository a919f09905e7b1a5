"""What is done to messages, rooms and devices, against a real broker and server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.composition import Composition
from zmqchat_gui.viewmodels.session import Session

from tests.gui.desk import WAIT_MS, becomes, enter, open_room, says, shows
from tests.gui.fakes import rows
from tests.support.realm import Person, Realm
from zmqchat.client import profile as profiles
from zmqchat.security.links import parse


def seqs(session: Session) -> dict[str, int]:
    """The numbers of the open room's messages."""
    return dict(rows(open_room(session).timeline, "plain", "seq"))


@pytest.fixture
def session(program: Composition, qtbot: QtBot) -> Session:
    return enter(program, qtbot)


def test_what_happens_to_a_message_is_shown_to_both(
    session: Session, ada: Person, qtbot: QtBot
) -> None:
    ada.does("send", "general", "from ada")
    says(session, "from majja")
    shows(qtbot, session, "from ada", "from majja")
    becomes(qtbot, lambda: 0 in seqs(session).values(), False)
    timeline, composer = open_room(session).timeline, open_room(session).composer
    composer.setProperty("text", "")
    assert composer.editLast()
    composer.setProperty("text", "from maja")
    composer.send()
    shows(qtbot, session, "from ada", "from maja")
    theirs, mine = seqs(session)["from ada"], seqs(session)["from maja"]
    timeline.react(theirs, "🎉")
    ada.does("react", "general", str(theirs), "🎉")
    becomes(qtbot, lambda: rows(timeline, "reactions")[1][0:1] and _count(timeline), 2)
    timeline.setPinned(theirs, True)
    becomes(qtbot, lambda: rows(open_room(session).pins, "plain"), ["from ada"])
    assert "from maja" in ada.does("history", "general")
    ada.does("send", "general", "in the thread", "--reply-to", str(mine))
    thread = open_room(session).openThread
    thread.open(mine)
    becomes(qtbot, lambda: rows(thread, "plain"), ["from maja", "in the thread"])
    answer = open_room(session).threadComposer
    answer.setProperty("text", "indeed")
    answer.send()
    becomes(
        qtbot,
        lambda: rows(thread, "plain", "delivery"),
        [("from maja", "sent"), ("in the thread", "sent"), ("indeed", "sent")],
    )
    timeline.redact(mine)
    becomes(qtbot, lambda: rows(thread, "redacted")[0], True)
    assert "from maja" not in ada.does("history", "general")


def _count(timeline: object) -> int:
    count = rows(timeline, "reactions")[1][0]["count"]
    assert isinstance(count, int)
    return count


def test_a_direct_conversation(session: Session, ada: Person, qtbot: QtBot) -> None:
    session.talkTo("ada")
    becomes(qtbot, lambda: open_room(session).name, "@ada")
    says(session, "psst")
    shows(qtbot, session, "psst")
    becomes(qtbot, lambda: "psst" in ada.does("history", "@maja"), True)
    session.openRoom("general")
    ada.does("send", "@maja", "what?")
    becomes(qtbot, lambda: session.mentions, 1)
    assert rows(session.rooms, "title", "kind", "mentions")[-1] == ("ada", "direct", 1)


def test_people_are_renamed_while_the_window_is_open(
    session: Session, ada: Person, realm: Realm, qtbot: QtBot
) -> None:
    data = ("--data", str(realm.data))
    ada.does("send", "@maja", "psst")
    ada.does("send", "general", "hello")
    shows(qtbot, session, "hello")
    says(session, "mine")
    shows(qtbot, session, "hello", "mine")
    becomes(qtbot, lambda: rows(session.rooms, "name"), ["general", "@ada"])
    ada.does("admin", "rename", "ada", "adele", *data)
    becomes(qtbot, lambda: rows(session.rooms, "name", "title")[1], ("@adele", "adele"))
    ada.does("admin", "rename", "maja", "maya", *data)
    becomes(qtbot, lambda: session.name, "maya")
    timeline = open_room(session).timeline
    becomes(
        qtbot,
        lambda: [
            row for row in rows(timeline, "senderTitle", "canEdit", "kind") if row[2] == "message"
        ],
        [("maya", True, "message"), ("adele", False, "message")],
    )
    session.talkTo("ada")
    becomes(qtbot, lambda: open_room(session).name, "@adele")
    shows(qtbot, session, "psst")


def test_a_room_is_led(session: Session, ada: Person, qtbot: QtBot) -> None:
    session.createRoom("art", False, "pictures")
    becomes(qtbot, lambda: open_room(session).name, "art")
    room = open_room(session)
    becomes(qtbot, lambda: room.canRename, True)
    ada.does("enter", "art")
    becomes(qtbot, lambda: dict(rows(room.members, "name", "role")).get("ada"), "member")
    room.members.appoint("ada", "moderator")
    becomes(qtbot, lambda: dict(rows(room.members, "name", "role"))["ada"], "moderator")
    room.describe("drawings")
    becomes(qtbot, lambda: room.description, "drawings")
    room.composer.setProperty("text", "kept")
    room.rename("sketches")
    becomes(qtbot, lambda: room.name, "sketches")
    assert open_room(session) is room
    room.composer.send()
    becomes(qtbot, lambda: "kept" in ada.does("history", "sketches"), True)
    room.setProperty("level", "mentions")
    becomes(qtbot, lambda: room.level, "mentions")
    room.setProperty("muted", True)
    becomes(qtbot, lambda: room.muted, True)
    room.setArchived(True)
    becomes(qtbot, lambda: room.canWrite, False)
    room.setArchived(False)
    becomes(qtbot, lambda: room.canWrite, True)


def test_a_search_leads_to_the_message(session: Session, ada: Person, qtbot: QtBot) -> None:
    ada.does("send", "general", "-", text="\n".join(["the needle", *("hay" for _ in range(150))]))
    becomes(qtbot, lambda: open_room(session).timeline.newest >= 150, True)
    search = session.search

    def found() -> list[object]:
        shown = list(rows(search, "room", "html"))
        if not shown and not search.busy:
            search.setProperty("everywhere", not search.everywhere)  # again: it is soon indexed
        return shown

    search.setProperty("query", "needle")
    becomes(qtbot, found, [("general", "the <b>needle</b>")])
    wanted: list[int] = []
    timeline = open_room(session).timeline
    timeline.rowWanted.connect(wanted.append)
    search.open(0)
    qtbot.waitUntil(lambda: bool(wanted), timeout=WAIT_MS)
    assert rows(timeline, "plain")[wanted[0]] == "the needle"


def test_what_is_read_here_is_read_on_another_device(
    program: Composition, session: Session, realm: Realm, ada: Person, qtbot: QtBot, tmp_path: Path
) -> None:
    session.account.makeLinkCode()
    qtbot.waitUntil(lambda: session.account.linkCode != "", timeout=WAIT_MS)
    program.app.setActive(False)
    other = realm.stranger("second")
    other.does("join", realm.link, "--name", "maja", "--code", session.account.linkCode)
    session.account.refresh()
    becomes(qtbot, lambda: rows(session.account.devices, "isThis"), [True, False])
    ada.does("send", "general", "hello @maja")
    becomes(qtbot, lambda: (session.unread, session.mentions), (1, 1))
    other.does("send", "general", "seen")
    becomes(qtbot, lambda: (session.unread, session.mentions), (0, 0))
    number = rows(session.account.devices, "number")[1]
    session.account.removeDevice(number)
    becomes(qtbot, lambda: rows(session.account.devices, "isThis"), [True])


def test_a_name_with_a_password_comes_in_on_a_further_device(
    program: Composition, session: Session, realm: Realm, qtbot: QtBot, tmp_path: Path
) -> None:
    said: list[str] = []
    session.account.done.connect(said.append)
    session.account.setPassword("correct horse battery", "")
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    program.app.closeServer(session.label)
    profiles.remove("maja")
    entrance = program.entrance
    entrance.refresh()
    entrance.setProperty("link", str(parse(realm.link)))
    entrance.setProperty("name", "maja")
    entrance.connectNow()
    qtbot.waitUntil(lambda: entrance.wantsPassword, timeout=WAIT_MS)
    entrance.setProperty("password", "correct horse battery")
    entrance.connectNow()
    qtbot.waitUntil(lambda: program.app.page == "chat", timeout=WAIT_MS)


def test_a_damaged_cache_is_read_anew_from_the_server(
    program: Composition, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    says(session, "before")
    shows(qtbot, session, "before")
    becomes(qtbot, lambda: session.unsent, 0)
    program.close()
    cache = profiles.load("maja").cache
    for path in cache.parent.glob("cache.db-*"):
        path.unlink()
    cache.write_bytes(b"no database " * 1000)
    store = QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)
    again = Composition(lambda: None, store)
    told: list[str] = []
    again.app.told.connect(lambda _kind, text: told.append(text))
    try:
        again.app.start(again.settings.servers)
        second = again.app.session
        assert second is not None
        qtbot.waitUntil(lambda: second.room is not None, timeout=WAIT_MS)
        shows(qtbot, second, "before")
        assert any("set aside" in text for text in told)
        assert cache.with_name("cache.db.damaged-1").exists()
    finally:
        again.close()
