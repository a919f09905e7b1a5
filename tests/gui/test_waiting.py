"""What is done to messages is shown before the server knows, and outlives the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.composition import Composition
from zmqchat_gui.viewmodels.session import Session

from tests.gui.desk import WAIT_MS, becomes, enter, open_room, says, shows
from tests.gui.fakes import rows
from tests.support.realm import Person, Realm

ROLES = ("plain", "edited", "pinned", "delivery", "changing")


@contextmanager
def another_start(tmp_path: Path, qtbot: QtBot) -> Iterator[Session]:
    """The program as it is started again, at its server."""
    store = QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)
    again = Composition(lambda: None, store)
    try:
        again.app.start(again.settings.servers)
        session = again.app.session
        assert session is not None
        qtbot.waitUntil(lambda: session.room is not None, timeout=WAIT_MS)
        yield session
    finally:
        again.close()


def shown(session: Session) -> list[list[Any]]:
    """The open room's messages, oldest first."""
    kinds = rows(open_room(session).timeline, "kind", *ROLES)
    return [values for kind, *values in map(list, reversed(kinds)) if kind == "message"]


def seq_of(session: Session, text: str) -> int:
    seqs = dict(rows(open_room(session).timeline, "plain", "seq"))
    seq = seqs[text]
    assert isinstance(seq, int)
    return seq


def test_what_is_done_offline_outlives_the_program_and_happens_once(
    program: Composition, realm: Realm, ada: Person, qtbot: QtBot, tmp_path: Path
) -> None:
    session = enter(program, qtbot)
    ada.does("send", "general", "theirs")
    shows(qtbot, session, "theirs")
    says(session, "mine")
    shows(qtbot, session, "theirs", "mine")
    becomes(qtbot, lambda: seq_of(session, "mine") > 0 and session.unsent, 0)
    theirs, mine = seq_of(session, "theirs"), seq_of(session, "mine")
    realm.stop()
    becomes(qtbot, lambda: session.connection != "live", True)
    timeline = open_room(session).timeline
    timeline.edit(mine, "mine, better")
    timeline.react(theirs, "🎉")
    timeline.setPinned(theirs, True)
    says(session, "later")
    pending = [
        ["theirs", False, True, "sent", ["reacted", "pinned"]],
        ["mine, better", True, False, "sent", ["edited"]],
        ["later", False, False, "waiting", []],
    ]
    assert shown(session) == pending
    becomes(qtbot, lambda: timeline.queueing, False)
    program.close()

    with another_start(tmp_path, qtbot) as second:
        becomes(qtbot, lambda: shown(second), pending)
        assert rows(open_room(second).pins, "plain") == ["theirs"]
        realm.start()
        confirmed = [[*row[:3], "sent", []] for row in pending]
        becomes(qtbot, lambda: shown(second), confirmed)
        assert rows(open_room(second).timeline, "reactions")[2][0]["count"] == 1
    lines = map(
        json.loads,
        ada.does("tail", "general", "--since", "0", "--count", "8", "--json").splitlines(),
    )
    told = [line["type"] for line in lines]
    assert {kind: told.count(kind) for kind in ("posted", "edited", "reacted", "pinned")} == {
        "posted": 3,
        "edited": 1,
        "reacted": 1,
        "pinned": 1,
    }


def test_what_the_server_refuses_is_undone_and_said(
    program: Composition, ada: Person, qtbot: QtBot
) -> None:
    ada.does("send", "general", "theirs")
    session = enter(program, qtbot)
    shows(qtbot, session, "theirs")
    said: list[str] = []
    open_room(session).failed.connect(said.append)
    open_room(session).timeline.edit(seq_of(session, "theirs"), "forged")
    assert shown(session) == [["forged", True, False, "sent", ["edited"]]]
    becomes(qtbot, lambda: shown(session), [["theirs", False, False, "sent", []]])
    assert len(said) == 1
    assert said[0].startswith("Your edit was not accepted: ")
    assert open_room(session).composer.text == "forged"


def test_who_came_and_went_stands_among_older_messages(
    program: Composition, ada: Person, qtbot: QtBot, tmp_path: Path
) -> None:
    session = enter(program, qtbot)
    session.createRoom("art", False, "")
    becomes(qtbot, lambda: open_room(session).name, "art")
    ada.does("enter", "art")
    ada.does("send", "art", "-", text="\n".join(f"a{number}" for number in range(120)))
    ada.does("leave", "art")
    ada.does("enter", "art")
    ada.does("send", "art", "-", text="\n".join(f"b{number}" for number in range(120)))
    program.close()
    with another_start(tmp_path, qtbot) as second:
        becomes(qtbot, lambda: second.connection, "live")
        second.openRoom("art")
        timeline = open_room(second).timeline
        becomes(qtbot, lambda: timeline.loaded and not timeline.loading, True)
        assert timeline.rowCount() == 100
        while not timeline.whole:
            before = timeline.rowCount()
            timeline.loadOlder()
            qtbot.waitUntil(lambda: timeline.rowCount() > before, timeout=WAIT_MS)  # noqa: B023
        lines = list(reversed(rows(timeline, "plain")))
        assert lines[:3] == ["maja joined", "ada joined", "a0"]
        assert lines[121:125] == ["a119", "ada left", "ada joined", "b0"]
        assert lines[-1] == "b119"


def test_what_waits_when_the_session_begins_anew_arrives_once(
    program: Composition, realm: Realm, ada: Person, qtbot: QtBot
) -> None:
    session = enter(program, qtbot)
    realm.stop()
    becomes(qtbot, lambda: session.connection != "live", True)
    says(session, "in the outbox")
    becomes(qtbot, lambda: open_room(session).timeline.queueing, False)
    says(session, "on its way there")
    session._start_anew()
    says(session, "after it")
    assert [row[0] for row in shown(session)] == ["in the outbox", "on its way there", "after it"]
    realm.start()
    shows(qtbot, session, "in the outbox", "on its way there", "after it")
    told = ada.does("history", "general")
    for text in ("in the outbox", "on its way there", "after it"):
        assert told.count(text) == 1
